package report

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// parsePage returns all nodes of a page.
func parsePage(t *testing.T, b []byte) (all []*html.Node) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		all = append(all, n)
	}
	return all
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text returns all text in n.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Whatever peers send is text in the page. It asks for nothing from elsewhere,
// and nothing runs but its script.
func TestPageIsSafe(t *testing.T) {
	policy, scripts := "", 0
	ids := make(map[string]bool)
	for _, n := range parsePage(t, written(t, HTML)) {
		switch {
		case n.Type != html.ElementNode:
			continue
		case n.Data == "meta" && attribute(n, "http-equiv") != "":
			policy = attribute(n, "content")
		case n.Data == "script" || n.Data == "style":
			scripts++
			if want := fmt.Sprintf("%s-src 'sha256-%s'", n.Data, hash(n.FirstChild.Data)); !strings.Contains(policy, want) {
				t.Errorf("%s is not in %q", want, policy)
			}
		}
		for _, a := range n.Attr {
			address := a.Key == "href" || a.Key == "src"
			known := strings.HasPrefix(a.Val, "#") || strings.HasPrefix(a.Val, "https://www.rfc-editor.org/rfc/rfc") || a.Val == "data:,"
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || address && !known {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
		if id := attribute(n, "id"); id != "" && ids[id] {
			t.Errorf("two ids %q", id)
		} else {
			ids[id] = true
		}
	}
	if scripts != 2 || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("%d scripts and styles, policy %q", scripts, policy)
	}
}

// Links within the page lead somewhere.
func TestPageLinks(t *testing.T) {
	nodes := parsePage(t, written(t, HTML))
	ids := make(map[string]bool)
	for _, n := range nodes {
		ids[attribute(n, "id")] = true
	}
	unescape := strings.NewReplacer("%2f", "/", "%40", "@", "%3d", "=")
	for _, n := range nodes {
		if anchor, ok := strings.CutPrefix(attribute(n, "href"), "#"); ok && !ids[unescape.Replace(anchor)] {
			t.Errorf("nothing has the id %q", anchor)
		}
	}
}

// find returns the text of the element with an id.
func find(t *testing.T, nodes []*html.Node, id string) string {
	t.Helper()
	for _, n := range nodes {
		if attribute(n, "id") == id {
			return text(n)
		}
	}
	t.Fatalf("nothing has the id %q", id)
	return ""
}

// Who failed a case finds there what is needed to understand it.
func TestPageExplains(t *testing.T) {
	page := parsePage(t, written(t, HTML))
	for _, test := range []struct {
		id    string
		wants []string
	}{
		{"run-2/6455-5.6-3/text@whole", []string{
			"fail", `Wanted text "Hello"`, "Came a masked frame", "MUST NOT", "6455-5.1-5", "RFC 6455, section 5.1 Overview",
			"ws conformance -listen :9001 -case 6455-5.6-3/text@whole", "The client is this suite , the server is bad ",
			"GET /echo HTTP/1.1", "2.00 ms client text \"Hello\"", "81 85 37 fa 21 3d 7f 9f 4d 51 58 FIN text mask=37fa213d len=5 \"Hello\"",
			"3.00 ms, breaks 6455-5.1-6", "Broken: ", "MASK 1: The payload is masked, a key stands before it, although a server sent it.",
			"Nobody looks at this any more (6455-7.1.7-7).",
		}},
		{"run-2/6455-5.5.1-4/close-1-byte@whole", []string{
			"in one piece, byte by byte", `Came Close \x1b[2J\x00</script><script>alert(1)</script>]]>"'&|` + "`" + `\u202e\xff`,
			"a Close frame without a code", "This was sent in one piece; the other ways came to the same.", "Wrong on purpose: ", "12.3 s server close",
		}},
		{"run-2/6455-5.4-6/generate@whole", []string{"4193224 bytes more, not kept", "5.00 ms client ping", "6.00 ms server pong", "more lines"}},
		{"run-2/6455-4.2.1-11/version-12", []string{"9999-1-1", "Sec-WebSocket-Version: 12", "server"}},
		{"run-2/7692-7.2.3.5-1/two-blocks@whole", []string{"error", "connection refused", "What went over the wire is not in this page."}},
		{"run-1/6455-5.6-3/text@whole", []string{"pass", "81 05 48 65 6c 6c 6f", "Autobahn 1.1.2"}},
	} {
		got := find(t, page, test.id)
		for _, want := range test.wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q in\n%s", test.id, want, got)
			}
		}
	}
}

// One peer needs no names beside each result; where nothing failed there is
// nothing to filter by that.
func TestPageOfOne(t *testing.T) {
	for _, test := range []struct {
		results, result string
	}{
		{"a pass, b non-strict", "None of 2 cases failed"},
		{"a pass, b fail, c error", "2 of 3 cases failed"},
		{"", "No case was run"},
	} {
		var b bytes.Buffer
		if err := HTML(&b, []verdict.Run{runOf(test.results)}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), test.result) || strings.Contains(b.String(), "<select") {
			t.Errorf("%s: %s", test.results, b.String())
		}
	}
}

// However much there is, the page can be opened; what failed comes first.
func TestPageSize(t *testing.T) {
	template := made()[0].Results[0]
	wire := opened(hello, toClient(3, strings.Repeat("\x81\x7e\x04\x00"+strings.Repeat("0123456789abcdef", 64), 12)))
	run := verdict.Run{Subject: "ws://x", Command: "ws conformance -case %s ws://x"}
	for i := range 800 {
		r := template
		c := *r.Case
		c.ID = fmt.Sprintf("6455-5.6-3/case-%d@whole", i)
		r.Case = &c
		r.Wire = wire
		if i >= 700 {
			r.Verdict, r.Broken = verdict.Fail, c.Rules
		}
		run.Results = append(run.Results, r)
	}
	var b bytes.Buffer
	if err := HTML(&b, []verdict.Run{run}); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 5<<20 {
		t.Errorf("%d bytes", b.Len())
	}
	left := regexp.MustCompile(`The logs of (\d+) results are left out`).FindStringSubmatch(b.String())
	if left == nil {
		t.Fatal("the page does not say what it leaves out")
	}
	page := parsePage(t, b.Bytes())
	if got := find(t, page, "run-1/6455-5.6-3/case-700@whole"); !strings.Contains(got, "On the wire") {
		t.Errorf("no log of what failed: %s", got)
	}
	if got := find(t, page, "run-1/6455-5.6-3/case-699@whole"); !strings.Contains(got, "is not in this page") {
		t.Errorf("left out in silence: %s", got)
	}
}

func TestHTMLWriteError(t *testing.T) {
	if err := HTML(brokenWriter{}, made()); err != io.ErrShortWrite {
		t.Errorf("got %v", err)
	}
}

func TestClock(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.00 ms", 1234 * time.Microsecond: "1.23 ms", 123456 * time.Microsecond: "123 ms", 12345 * time.Millisecond: "12.3 s",
	} {
		if got := clock(d); got != want {
			t.Errorf("%v: %s", d, got)
		}
	}
}

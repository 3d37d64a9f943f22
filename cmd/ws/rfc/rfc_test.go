package rfc

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/seed372fb791/rfc6455/internal/requirements"
)

// In the tree there are lines, elsewhere only names.
func TestRFCPlaces(t *testing.T) {
	p := ws.Start(t, "rfc", "6455-5.1-3")
	if status := <-p.Ended; status != 0 {
		t.Fatalf("exit status %d: %s", status, p.Stderr)
	}
	for _, line := range []string{
		"RFC 6455, section 5.1: Overview\nhttps://www.rfc-editor.org/rfc/rfc6455#section-5.1\n\n6455-5.1-3  MUST, server\n",
		"\n  code  protocol/check.go:", " checkBits\n", "\n  proof protocol/", "_test.go:", " Test", "\n        testdata/frames/",
	} {
		p.Stdout.Wait(t, line)
	}
	t.Chdir(t.TempDir())
	p = ws.Start(t, "rfc", "6455-5.1-3")
	if status := <-p.Ended; status != 0 {
		t.Fatalf("exit status %d: %s", status, p.Stderr)
	}
	p.Stdout.Wait(t, "\n  code  protocol/check.go checkBits\n")
}

// rows are requirements of all sorts.
var rows = []*requirements.Requirement{
	{
		ID: "6455-5.4-1", RFC: "6455", Section: "5.4", Title: "Fragmentation", Level: "MUST NOT", Role: "both",
		Text:   "A text that is so long that it does not fit into one line of a terminal <script>.",
		Code:   []requirements.Place{{File: "a.go", Name: "A", Line: 5}, {File: "b.go", Name: "B", Line: 6}},
		Proofs: []requirements.Place{{File: "testdata/a.txt", Line: 2}},
	},
	{ID: "6455-5.4-2", RFC: "6455", Section: "5.4", Title: "Fragmentation", Level: "MAY", Role: "client", Text: "B.", Exception: "Not used."},
	{ID: "6455-5.5.1-1", RFC: "6455", Section: "5.5.1", Level: "MAY", Role: "server", Text: "C.", Exception: "Pending: D."},
	{ID: "7692-5-1", RFC: "7692", Section: "5", Level: "MAY", Role: "registry", Text: "E."},
}

func TestRFCText(t *testing.T) {
	var b bytes.Buffer
	if err := writeText(&b, rows); err != nil {
		t.Fatal(err)
	}
	want := `level       rows  code and proof  exception  pending  neither
MUST NOT       1               1          0        0        0
MAY            3               0          1        1        1
all            4               1          1        1        1

` + neither + `

RFC 6455, section 5.4: Fragmentation
https://www.rfc-editor.org/rfc/rfc6455#section-5.4

6455-5.4-1  MUST NOT, both
  A text that is so long that it does not fit into one line of a terminal
  <script>.
  code  a.go:5 A
        b.go:6 B
  proof testdata/a.txt:2

6455-5.4-2  MAY, client
  B.
  but   Not used.

RFC 6455, section 5.5.1
https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1

6455-5.5.1-1  MAY, server
  C.
  but   Pending: D.

RFC 7692, section 5
https://www.rfc-editor.org/rfc/rfc7692#section-5

7692-5-1  MAY, registry
  E.
  neither code and proof nor an exception
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestRFCSelect(t *testing.T) {
	for operand, want := range map[string]string{
		"":           "6455-5.4-1 6455-5.4-2 6455-5.5.1-1 7692-5-1",
		"5":          "6455-5.4-1 6455-5.4-2 6455-5.5.1-1",
		"5.4":        "6455-5.4-1 6455-5.4-2",
		"5.5":        "6455-5.5.1-1",
		"5.5.":       "6455-5.5.1-1",
		"6455":       "6455-5.4-1 6455-5.4-2 6455-5.5.1-1",
		"6455:5.5.1": "6455-5.5.1-1",
		"7692:":      "7692-5-1",
		"7692:5":     "7692-5-1",
		"6455-5.4-2": "6455-5.4-2",
	} {
		chosen, err := selectRequirements(rows, operand)
		var ids []string
		for _, r := range chosen {
			ids = append(ids, r.ID)
		}
		if got := strings.Join(ids, " "); got != want || err != nil {
			t.Errorf("%q chooses %s (%v), want %s", operand, got, err, want)
		}
	}
	for _, operand := range []string{"6", "5.40", "1234", "7692:6", "6455-5.4-3", "five"} {
		if chosen, err := selectRequirements(rows, operand); err == nil {
			t.Errorf("%q chooses %d", operand, len(chosen))
		}
	}
}

func TestRFCPageOfSection(t *testing.T) {
	p := ws.Start(t, "rfc", "-html", "5.4")
	if status := <-p.Ended; status != 0 {
		t.Fatalf("exit status %d: %s", status, p.Stderr)
	}
	page := p.Stdout.String()
	if !strings.HasPrefix(page, "<!DOCTYPE html>") || !strings.Contains(page, `id="6455-5.4-1"`) || strings.Contains(page, `id="6455-5.5-1"`) {
		t.Errorf("not a page of section 5.4:\n%.1000s", page)
	}
}

// The page has every id and section once, and loads nothing.
func TestRFCPage(t *testing.T) {
	all, err := requirements.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := writePage(&b, all); err != nil {
		t.Fatal(err)
	}
	page, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	ids := make(map[string]int)
	var links []string
	for n := range page.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				ids[a.Val]++
			case n.Data == "a" && strings.HasPrefix(a.Val, "#"):
				links = append(links, a.Val[1:])
			case a.Key == "src", a.Key == "href" && n.Data != "a" && a.Val != "data:,":
				t.Errorf("<%s> loads %s", n.Data, a.Val)
			}
		}
	}
	for _, r := range all {
		if ids[r.ID] != 1 || ids[r.RFC+"-"+r.Section] != 1 {
			t.Errorf("%s occurs %d times, its section %d times", r.ID, ids[r.ID], ids[r.RFC+"-"+r.Section])
		}
	}
	for _, link := range links {
		if ids[link] != 1 {
			t.Errorf("a link to #%s leads nowhere", link)
		}
	}
}

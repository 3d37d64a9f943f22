package handshake

import (
	"bufio"
	"bytes"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const exampleKey = "dGhlIHNhbXBsZSBub25jZQ=="

func exampleRequest(t testing.TB) *http.Request {
	t.Helper()
	r, err := http.NewRequest("GET", "http://server.example.com/chat", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		fieldUpgrade: "websocket", fieldConnection: "Upgrade", fieldKey: exampleKey, fieldVersion: "13",
	} {
		r.Header.Set(name, value)
	}
	return r
}

// wantRefusal fails the test unless err is an *Error with the status and rule.
func wantRefusal(t *testing.T, name string, err error, status int, rule string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Status != status || e.Rule != rule {
		t.Errorf("%s: %v, want status %d and rule %s", name, err, status, rule)
	}
}

// What net/http can hand to a server and a transcript cannot: fields that it has moved out of the header,
// and a header made by hand.
//
//rfc:6455-4.2.1-2 6455-4.2.1-3 6455-4.2.1-4 6455-4.2.1-6 6455-4.2.1-7 6455-4.2.1-8 6455-4.2.1-9 6455-4.2.1-10
//rfc:6455-4.2.1-11 6455-4.2.2-9 6455-4.3-6 6455-11.3.1-1 6455-11.3.5-3 6455-11.6-1 6455-9.1-2
func TestSection4_2_1CheckRequest(t *testing.T) {
	set := func(name string, values ...string) func(*http.Request) {
		return func(r *http.Request) { r.Header[name] = values }
	}
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		status int
		rule   string
	}{
		{"POST", func(r *http.Request) { r.Method = "POST" }, 405, "6455-4.2.1-3"},
		{"a method of net/http's clients", func(r *http.Request) { r.Method = "" }, 405, "6455-4.2.1-3"},
		{"CONNECT", func(r *http.Request) { r.Method = "CONNECT" }, 405, "6455-4.2.1-3"},
		{"HTTP/1.0", func(r *http.Request) { r.ProtoMinor = 0 }, 505, "6455-4.2.1-4"},
		{"HTTP/0.9", func(r *http.Request) { r.ProtoMajor, r.ProtoMinor = 0, 9 }, 505, "6455-4.2.1-4"},
		{"no Host", func(r *http.Request) { r.Host = "" }, 400, "6455-4.2.1-6"},
		{"a Host with userinfo", func(r *http.Request) { r.Host = "a@b" }, 400, "6455-4.2.1-6"},
		{"a Host with port 0", func(r *http.Request) { r.Host = "a:0" }, 400, "6455-4.2.1-6"},
		{"a Host with two ports", func(r *http.Request) { r.Host = "a:1:2" }, 400, "6455-4.2.1-6"},
		{"no Upgrade", set(fieldUpgrade), 426, "6455-4.2.1-7"},
		{"an empty Upgrade", set(fieldUpgrade, ""), 426, "6455-4.2.1-7"},
		{"an Upgrade in words", set(fieldUpgrade, "a websocket"), 426, "6455-4.2.1-7"},
		{"no Upgrade, no key", func(r *http.Request) { delete(r.Header, fieldUpgrade); delete(r.Header, fieldKey) }, 426, "6455-4.2.1-7"},
		{"no Connection", set(fieldConnection), 426, "6455-4.2.1-8"},
		{"another Connection", set(fieldConnection, "keep-alive", "close"), 426, "6455-4.2.1-8"},
		{"no version", set(fieldVersion), 426, "6455-4.2.1-11"},
		{"version 0", set(fieldVersion, "0"), 426, "6455-4.2.2-9"},
		{"version 14", set(fieldVersion, "14"), 426, "6455-4.2.2-9"},
		{"version 255", set(fieldVersion, "255"), 426, "6455-4.2.2-9"},
		{"version 256", set(fieldVersion, "256"), 400, "6455-4.3-6"},
		{"version +13", set(fieldVersion, "+13"), 400, "6455-4.3-6"},
		{"an empty version", set(fieldVersion, ""), 400, "6455-4.3-6"},
		{"a version in words", set(fieldVersion, "thirteen"), 400, "6455-4.3-6"},
		{"two versions", set(fieldVersion, "13", "8"), 400, "6455-11.3.5-3"},
		{"no key", set(fieldKey), 400, "6455-4.2.1-9"},
		{"an empty key", set(fieldKey, ""), 400, "6455-4.2.1-10"},
		{"two keys in one field", set(fieldKey, exampleKey+", "+exampleKey), 400, "6455-4.2.1-10"},
		{"two keys", set(fieldKey, exampleKey, exampleKey), 400, "6455-11.3.1-1"},
		{"a length", func(r *http.Request) { r.ContentLength = 1 }, 400, "6455-4.2.1-2"},
		{"an unknown length", func(r *http.Request) { r.ContentLength = -1 }, 400, "6455-4.2.1-2"},
		{"a length of 00", set("Content-Length", "00"), 400, "6455-4.2.1-2"},
		{"two lengths", set("Content-Length", "0", "0"), 400, "6455-4.2.1-2"},
		{"chunks", func(r *http.Request) { r.TransferEncoding = []string{"chunked"} }, 400, "6455-4.2.1-2"},
		{"identity", set("Transfer-Encoding", "identity"), 400, "6455-4.2.1-2"},
		{"extensions", set(fieldExtensions, "foo;"), 400, "6455-9.1-2"},
	} {
		r := exampleRequest(t)
		c.change(r)
		got, err := CheckRequest(r)
		wantRefusal(t, c.name, err, c.status, c.rule)
		if got != nil {
			t.Errorf("%s: got %v besides the error", c.name, got)
		}
	}
}

//rfc:6455-4.1-47 6455-4.2.1-12 6455-4.2.1-14
func TestSection4_2_1ValidRequest(t *testing.T) {
	r := exampleRequest(t)
	got, err := CheckRequest(r)
	if diff := cmp.Diff(&Request{Key: exampleKey}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	r.Header[fieldKey] = []string{" " + exampleKey + "\t"}
	r.Header[fieldProtocol] = []string{"b", "a"}
	r.Header[fieldExtensions] = []string{"foo; x=1"}
	want := &Request{exampleKey, []string{"b", "a"}, []Extension{{"foo", []Param{paramIs("x", "1")}}}}
	got, err = CheckRequest(r)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// net/http reads a request that we accept in the same way.
func TestSection4_2_1SameAsNetHTTP(t *testing.T) {
	names, err := filepath.Glob("../testdata/handshakes/server-*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f := readFixture(t, name)
		ours, n, err := ParseRequest(f.peer, Limits{})
		if f.verdict != "accept" {
			continue
		}
		theirs, theirErr := http.ReadRequest(bufio.NewReader(bytes.NewReader(f.peer[:n])))
		if err != nil || theirErr != nil {
			t.Errorf("%s: ours %v, theirs %v", name, err, theirErr)
			continue
		}
		type parts struct {
			Method, URL, Host, RequestURI, Proto string
			Header                               http.Header
		}
		of := func(r *http.Request) parts {
			return parts{r.Method, r.URL.String(), r.Host, r.RequestURI, r.Proto, r.Header}
		}
		if diff := cmp.Diff(of(theirs), of(ours)); diff != "" {
			t.Errorf("%s (-net/http +ours):\n%s", name, diff)
		}
		want, _ := CheckRequest(ours)
		got, err := CheckRequest(theirs)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-ours +net/http):\n%s", name, err, diff)
		}
	}
}

// Each control byte, wherever it stands in a head, ends the handshake.
//
//rfc:6455-4.2.1-2
func TestSection4_2_1ControlBytes(t *testing.T) {
	const head = "GET /chat HTTP/1.1\r\nHost: a\r\nX-Name: some value\r\n\r\n"
	for _, c := range []byte("\x00\x01\x08\n\v\f\r\x1f\x7f") {
		for i := range len(head) - len("\r\n") {
			if strings.HasPrefix(head[i:], "\n") && c == '\r' {
				continue // doubles the CR of a line's end, which the next row of i covers
			}
			b := []byte(head[:i] + string(c) + head[i:])
			if _, _, err := ParseRequest(b, Limits{}); err == nil {
				t.Errorf("accepted with %#x at %d: %q", c, i, b)
			}
		}
	}
}

//rfc:6455-4.2.1-5
func TestSection4_2_1RequestTarget(t *testing.T) {
	for _, c := range []struct{ target, want string }{
		{"/", "/"},
		{"/chat?a=b&c", "/chat?a=b&c"},
		{"//chat", "//chat"},
		{"/a%2Fb", "/a%2Fb"},
		{"/?a|b{c}", "/?a|b{c}"},
		{"http://server.example.com", "/"},
		{"HTTP://server.example.com/chat", "/chat"},
		{"https://server.example.com:444/chat?x", "/chat?x"},
		{"*", ""},
		{"chat", ""},
		{"server.example.com:80", ""},
		{"ws://server.example.com/chat", ""},
		{"http:///chat", ""},
		{"http:chat", ""},
		{"http://user@server.example.com/chat", ""},
		{"http://server.example.com:99999/chat", ""},
		{"/chat#", ""},
		{"/a%2", ""},
		{"/a%zz", ""},
		{"/\u00e4", ""},
	} {
		r, _, err := ParseRequest([]byte("GET "+c.target+" HTTP/1.1\r\nHost: a\r\n\r\n"), Limits{})
		if c.want == "" {
			wantRefusal(t, c.target, err, 400, "6455-4.2.1-5")
		} else if err != nil || ResourceName(r.URL) != c.want {
			t.Errorf("%s: %v, %v; want %s", c.target, r, err, c.want)
		}
	}
}

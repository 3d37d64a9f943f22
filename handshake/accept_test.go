package handshake

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

//rfc:6455-4.2.2-15 6455-4.2.2-19
func TestSection4_2_2AppendResponseRefuses(t *testing.T) {
	header := func(name, value string) Response {
		return Response{Key: exampleKey, Header: http.Header{name: {value}}}
	}
	for _, c := range []struct {
		name string
		r    Response
	}{
		{"no key", Response{}},
		{"a short key", Response{Key: "AQID"}},
		{"a line break in the key", Response{Key: exampleKey[:22] + "\r\n"}},
		{"a subprotocol that is no token", Response{Key: exampleKey, Subprotocol: "a b"}},
		{"a list of subprotocols", Response{Key: exampleKey, Subprotocol: "a,b"}},
		{"a line break in the subprotocol", Response{Key: exampleKey, Subprotocol: "a\r\nb"}},
		{"an extension without name", Response{Key: exampleKey, Extensions: []Extension{{}}}},
		{"a line break in an extension", Response{Key: exampleKey, Extensions: []Extension{{Name: "a\r\nb"}}}},
		{"a parameter without name", Response{Key: exampleKey, Extensions: []Extension{{"a", []Param{{}}}}}},
		{"an empty value", Response{Key: exampleKey, Extensions: []Extension{{"a", []Param{paramIs("b", "")}}}}},
		{"a line break in a parameter", Response{Key: exampleKey, Extensions: []Extension{{"a", []Param{paramIs("b", "\n")}}}}},
		{"a line break in a value", header("X", "a\nb")},
		{"a CR in a value", header("X", "a\rb")},
		{"a NUL in a value", header("X", "a\x00b")},
		{"a line break in a name", header("X\r\nY", "a")},
		{"a colon in a name", header("X: a\r\nY", "a")},
		{"an empty name", header("", "a")},
		{"Upgrade", header("Upgrade", "h2c")},
		{"Connection", header("connection", "close")},
		{"Sec-WebSocket-Accept", header("Sec-WebSocket-Accept", "x")},
		{"Sec-WebSocket-Protocol", header("SEC-WEBSOCKET-PROTOCOL", "x")},
		{"Content-Length", header("Content-Length", "0")},
		{"Transfer-Encoding", header("Transfer-Encoding", "chunked")},
		{"Trailer", header("Trailer", "X")},
		{"Host", header("Host", "a")},
	} {
		got, err := AppendResponse([]byte("x"), c.r)
		wantRefusal(t, c.name, err, 500, "6455-4.2.2-19")
		if string(got) != "x" {
			t.Errorf("%s: appended %q besides the error", c.name, got)
		}
	}
}

// What we send is valid HTTP in the eyes of net/http, and acceptable to our own client.
//
//rfc:6455-4.2.2-19 6455-4.2.2-20 6455-4.2.2-21 6455-4.2.2-22 6455-4.2.2-23 6455-4.2.2-17 6455-11.3.2-2
func TestSection4_2_2AppendResponse(t *testing.T) {
	offer := Offer{Key: exampleKey, Subprotocols: []string{"chat"}, Extensions: []Extension{{Name: "foo"}, {Name: "bar"}}}
	for _, r := range []Response{
		{Key: exampleKey},
		{Key: " " + exampleKey + " ", Subprotocol: "chat"},
		{Key: exampleKey, Extensions: []Extension{{"bar", []Param{param("x")}}, {Name: "foo"}}},
		{Key: exampleKey, Header: http.Header{"Set-Cookie": {"a=\u00e4", "b\t=2"}}},
	} {
		b, err := AppendResponse(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(b)), nil)
		if err != nil {
			t.Fatalf("%v: %q", err, b)
		}
		ours, n, err := ParseResponse(b, Limits{})
		if err != nil || n != len(b) {
			t.Fatalf("%d, %v: %q", n, err, b)
		}
		if diff := cmp.Diff(theirs.Header, ours.Header); diff != "" || theirs.Status != ours.Status {
			t.Errorf("%q (-net/http +ours):\n%s", b, diff)
		}
		if !cmp.Equal(r.Header["Set-Cookie"], ours.Header["Set-Cookie"]) {
			t.Errorf("the application's fields are gone: %q", b)
		}
		for _, resp := range []*http.Response{ours, theirs} {
			got, err := CheckResponse(resp, offer)
			if diff := cmp.Diff(Accepted{r.Subprotocol, r.Extensions}, got); diff != "" || err != nil {
				t.Errorf("%q: %v (-want +got):\n%s", b, err, diff)
			}
		}
	}
}

//rfc:6455-4.2.1-2 6455-10.7-4
func TestSection4_2_1AppendRefusal(t *testing.T) {
	for _, c := range []struct {
		e      Error
		status int
		body   string
	}{
		{Error{Status: 400, Rule: "6455-4.2.1-9", Text: "no key"}, 400, "Bad Request: no key [6455-4.2.1-9]\n"},
		{Error{Status: 403, Rule: "6455-10.2-2", Text: "not our origin"}, 403, "Forbidden: not our origin [6455-10.2-2]\n"},
		{Error{Status: 431, Rule: "6455-10.7-4", Text: "too long", Option: "Options.X"}, 431, "Request Header Fields Too Large: too long [6455-10.7-4]\n"},
		{Error{Status: 401, Rule: "", Text: "log in"}, 401, "Unauthorized: log in\n"},
		{Error{Status: 500, Rule: "6455-4.2.2-19", Text: "a secret of ours"}, 500, "Internal Server Error\n"},
		{Error{Status: 0, Rule: "6455-4.2.2-19", Text: "no status"}, 500, "Internal Server Error\n"},
		{Error{Status: 299, Text: "no refusal"}, 500, "Internal Server Error\n"},
		{Error{Status: 600, Text: "no status"}, 500, "Internal Server Error\n"},
		{Error{Status: 302, Location: "/\r\nX: y"}, 500, "Internal Server Error\n"},
		{Error{Status: 307, Location: "/there", Text: "moved"}, 307, "Temporary Redirect: moved\n"},
		{Error{Status: 304, Text: "no body"}, 304, ""},
		{Error{Status: 500, Text: "a secret", Body: "sorry"}, 500, "sorry"},
		{Error{Status: 101, Rule: "", Text: "no error"}, 500, "Internal Server Error\n"},
		{Error{Status: 400, Rule: "\r\n", Text: "\r\n\r\nHTTP/1.1 200 OK"}, 400, "Bad Request: \r\n\r\nHTTP/1.1 200 OK [\r\n]\n"},
	} {
		b := AppendRefusal([]byte("x"), &c.e, nil)
		in := bufio.NewReader(bytes.NewReader(b[1:]))
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatalf("%v: %q", err, b)
		}
		body, err := io.ReadAll(resp.Body)
		if resp.StatusCode != c.status || !resp.Close || string(body) != c.body || err != nil || in.Buffered() > 0 {
			t.Errorf("%v: %v\n%q", &c.e, err, b)
		}
	}
}

// What the caller adds comes besides what a refusal has to say itself; nothing ends a field too early.
func TestSection4_2_1AppendRefusalHeader(t *testing.T) {
	for _, c := range []struct {
		e          Error
		add        http.Header
		name, want string
	}{
		{Error{Status: 403}, http.Header{"X-Why": {"a\r\nb: c"}}, "X-Why", "a  b: c"},
		{Error{Status: 403}, http.Header{"B\r\nC": {"d"}}, "B", ""},
		{Error{Status: 403}, http.Header{"Content-Length": {"1000"}}, "Content-Length", "12"},
		{Error{Status: 403}, http.Header{"Transfer-Encoding": {"chunked"}}, "Transfer-Encoding", ""},
		{Error{Status: 403}, http.Header{"Content-Type": {"text/html"}}, "Content-Type", "text/plain; charset=utf-8"},
		{Error{Status: 403, Body: "<html>"}, nil, "Content-Type", "text/html; charset=utf-8"},
		{Error{Status: 403, Body: "{}"}, http.Header{"content-type": {"application/json"}}, "Content-Type", "application/json"},
		{Error{Status: 302, Location: "/a"}, http.Header{"Location": {"/b"}}, "Location", "/a"},
		{Error{Status: 426}, http.Header{"Connection": {"keep-alive"}}, "Connection", "Upgrade, close"},
		{Error{Status: 405}, http.Header{"Allow": {"POST"}}, "Allow", "GET"},
	} {
		b := AppendRefusal(nil, &c.e, c.add)
		resp, _, err := ParseResponse(b, Limits{})
		if err != nil {
			t.Fatalf("%v: %q", err, b)
		}
		if got := strings.Join(resp.Header[c.name], "|"); got != c.want {
			t.Errorf("%v with %v: %s is %q, want %q", &c.e, c.add, c.name, got, c.want)
		}
	}
}

package handshake

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
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
		{Error{400, "6455-4.2.1-9", "no key", ""}, 400, "Bad Request: no key [6455-4.2.1-9]\n"},
		{Error{403, "6455-10.2-2", "not our origin", ""}, 403, "Forbidden: not our origin [6455-10.2-2]\n"},
		{Error{431, "6455-10.7-4", "too long", "Options.X"}, 431, "Request Header Fields Too Large: too long [6455-10.7-4]\n"},
		{Error{401, "", "log in", ""}, 401, "Unauthorized: log in\n"},
		{Error{500, "6455-4.2.2-19", "a secret of ours", ""}, 500, "Internal Server Error\n"},
		{Error{0, "6455-4.2.2-19", "no status", ""}, 500, "Internal Server Error\n"},
		{Error{101, "", "no error", ""}, 500, "Internal Server Error\n"},
		{Error{400, "\r\n", "\r\n\r\nHTTP/1.1 200 OK", ""}, 400, "Bad Request: \r\n\r\nHTTP/1.1 200 OK [\r\n]\n"},
	} {
		b := AppendRefusal([]byte("x"), &c.e)
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

package handshake

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func exampleResponse() *http.Response {
	return &http.Response{
		StatusCode: 101, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{
			fieldUpgrade: {"websocket"}, fieldConnection: {"Upgrade"}, fieldAccept: {AcceptKey(exampleKey)},
		},
	}
}

//rfc:6455-4.1-37 6455-4.1-38 6455-4.1-39 6455-4.1-40 6455-4.1-41 6455-4.1-42 6455-4.1-43 6455-4.1-44
//rfc:6455-4.1-45 6455-4.1-46 6455-4.2.2-15 6455-9.1-1 6455-9.1-7 6455-11.3.3-1 6455-11.3.4-2
func TestSection4_1CheckResponseRefuses(t *testing.T) {
	accept := AcceptKey(exampleKey)
	set := func(name string, values ...string) func(*http.Response) {
		return func(r *http.Response) { r.Header[name] = values }
	}
	for _, c := range []struct {
		name   string
		change func(*http.Response)
		status int
		rule   string
	}{
		{"403", func(r *http.Response) { r.StatusCode = 403 }, 403, "6455-4.1-37"},
		{"a status nobody knows", func(r *http.Response) { r.StatusCode = 799 }, 799, "6455-4.1-37"},
		{"100", func(r *http.Response) { r.StatusCode = 100 }, 100, "6455-4.1-37"},
		{"HTTP/1.0", func(r *http.Response) { r.ProtoMinor = 0 }, 0, "6455-4.1-46"},
		{"no Upgrade", set(fieldUpgrade), 0, "6455-4.1-38"},
		{"an empty Upgrade", set(fieldUpgrade, ""), 0, "6455-4.1-39"},
		{"another Upgrade", set(fieldUpgrade, "websocket/13"), 0, "6455-4.1-39"},
		{"two Upgrades", set(fieldUpgrade, "websocket", "websocket"), 0, "6455-4.1-39"},
		{"a long s in Upgrade", set(fieldUpgrade, "web\u017focket"), 0, "6455-4.1-39"},
		{"no Connection", set(fieldConnection), 0, "6455-4.1-40"},
		{"another Connection", set(fieldConnection, "keep-alive"), 0, "6455-4.1-41"},
		{"an empty Connection", set(fieldConnection, ""), 0, "6455-4.1-41"},
		{"no Accept", set(fieldAccept), 0, "6455-4.1-42"},
		{"an empty Accept", set(fieldAccept, ""), 0, "6455-4.1-43"},
		{"the Accept of another key", set(fieldAccept, AcceptKey("AAAAAAAAAAAAAAAAAAAAAA==")), 0, "6455-4.1-43"},
		{"an Accept in quotes", set(fieldAccept, `"`+accept+`"`), 0, "6455-4.1-43"},
		{"an Accept with more behind", set(fieldAccept, accept+"="), 0, "6455-4.1-43"},
		{"two Accepts", set(fieldAccept, accept, accept), 0, "6455-11.3.3-1"},
		{"an extension not offered", set(fieldExtensions, "foo, baz"), 0, "6455-4.1-44"},
		{"an extension in another case", set(fieldExtensions, "Foo"), 0, "6455-4.1-44"},
		{"malformed extensions", set(fieldExtensions, "foo;"), 0, "6455-9.1-1"},
		{"a quoted value that is no token", set(fieldExtensions, `foo; x="a b"`), 0, "6455-9.1-1"},
		{"a subprotocol not offered", set(fieldProtocol, "other"), 0, "6455-4.1-45"},
		{"a subprotocol in another case", set(fieldProtocol, "CHAT"), 0, "6455-4.1-45"},
		{"an empty list of subprotocols", set(fieldProtocol, ","), 0, "6455-4.2.2-15"},
		{"a list of subprotocols", set(fieldProtocol, "chat, superchat"), 0, "6455-4.2.2-15"},
		{"two subprotocols", set(fieldProtocol, "chat", "superchat"), 0, "6455-11.3.4-2"},
	} {
		resp := exampleResponse()
		c.change(resp)
		offer := Offer{
			Key: exampleKey, Subprotocols: []string{"chat", "superchat"},
			Extensions: []Extension{{Name: "foo"}, {Name: "bar"}},
		}
		got, err := CheckResponse(resp, offer)
		wantRefusal(t, c.name, err, c.status, c.rule)
		if diff := cmp.Diff(Accepted{}, got); diff != "" {
			t.Errorf("%s: something accepted besides the error:\n%s", c.name, diff)
		}
	}
}

//rfc:6455-4.1-43 6455-4.1-46
func TestSection4_1StatusLine(t *testing.T) {
	for _, c := range []struct {
		line string
		code int // 0: malformed
	}{
		{"HTTP/1.1 101 Switching Protocols", 101},
		{"HTTP/1.1 101 ", 101},
		{"HTTP/1.0 200 Connection established", 200},
		{"HTTP/1.1 999 \u00e4 \t b", 999},
		{"HTTP/1.1 101", 101},
		{"HTTP/1.1 10", 0},
		{"HTTP/1.1 101\tx", 0},
		{"HTTP/1.1  101 x", 0},
		{"HTTP/1.1 1e1 x", 0},
		{"HTTP/1.1 +10 x", 0},
		{"HTTP/1.1 099 x", 0},
		{"HTTP/1.1 1010 x", 0},
		{"HTTP/1.1 \x00", 0},
		{"HTTP/1.1 101 a\rb", 0},
		{"HTTP/2.0 101 x", 0},
		{"HTTP/1 101 x", 0},
		{"HTTP/1.1", 0},
		{"http/1.1 101 x", 0},
		{"ICY 200 OK", 0},
		{"", 0},
	} {
		resp, n, err := ParseResponse([]byte(c.line+"\r\nA: b\r\n\r\nbody"), Limits{})
		if c.code == 0 {
			wantRefusal(t, c.line, err, 0, "6455-4.1-46")
			continue
		}
		if err != nil || resp.StatusCode != c.code || n != len(c.line)+10 || resp.ContentLength != -1 {
			t.Errorf("%q: %+v, %d, %v", c.line, resp, n, err)
		}
	}
}

package handshake

import (
	"bufio"
	"bytes"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := ParseURL(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// What we send is a valid request in the eyes of net/http and of our own server.
//
//rfc:6455-4.1-17 6455-4.1-18 6455-4.1-19 6455-4.1-20 6455-4.1-21 6455-4.1-22 6455-4.1-23 6455-4.1-24
//rfc:6455-4.1-28 6455-4.1-30 6455-4.1-31 6455-4.1-34 6455-4.1-35 6455-11.3.5-3
func TestSection4_1AppendRequest(t *testing.T) {
	for _, c := range []struct {
		url, host string
		o         Offer
	}{
		{"ws://server.example.com", "server.example.com", Offer{}},
		{"WSS://Server.example.com:443/chat?q", "server.example.com", Offer{Origin: "https://example.com"}},
		{"wss://server.example.com:80/chat", "server.example.com:80", Offer{Subprotocols: []string{"b", "a"}}},
		{"ws://[fe80::1%25eth0]:81/", "[fe80::1]:81", Offer{Extensions: []Extension{{"foo", []Param{param("x")}}}}},
		{"ws://a/", "b:8080", Offer{Header: http.Header{"host": {"b:8080"}, "Cookie": {"a=1"}}}},
		{"ws://a/", "a", Offer{Header: http.Header{"Origin": {"http://a"}, "Authorization": {"Basic eDp5"}}}},
	} {
		c.o.Key = NewKey()
		u := mustURL(t, c.url)
		b, err := AppendRequest(nil, u, c.o)
		if err != nil {
			t.Errorf("%s: %v", c.url, err)
			continue
		}
		theirs, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(b)))
		if err != nil {
			t.Fatalf("%v: %q", err, b)
		}
		ours, n, err := ParseRequest(b, Limits{})
		if err != nil || n != len(b) {
			t.Fatalf("%d, %v: %q", n, err, b)
		}
		want := &Request{c.o.Key, c.o.Subprotocols, c.o.Extensions}
		for _, r := range []*http.Request{ours, theirs} {
			got, err := CheckRequest(r)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%q: %v (-want +got):\n%s", b, err, diff)
			}
			if r.Host != c.host || r.RequestURI != ResourceName(u) || r.Proto != "HTTP/1.1" {
				t.Errorf("%q: host %q, target %q, %s", b, r.Host, r.RequestURI, r.Proto)
			}
			if c.o.Origin != "" && r.Header.Get("Origin") != c.o.Origin {
				t.Errorf("%q: no origin", b)
			}
			for name, v := range c.o.Header {
				if name != "host" && !cmp.Equal(v, r.Header[name]) {
					t.Errorf("%q: no %s: %s", b, name, v)
				}
			}
		}
	}
}

//rfc:6455-4.1-18 6455-4.1-21 6455-4.1-22 6455-4.1-25 6455-4.1-32 6455-4.1-33 6455-11.3.1-1 6455-11.3.5-3
func TestSection4_1AppendRequestRefuses(t *testing.T) {
	header := func(name string, values ...string) Offer {
		return Offer{Key: exampleKey, Header: http.Header{name: values}}
	}
	subprotocols := func(names ...string) Offer { return Offer{Key: exampleKey, Subprotocols: names} }
	for _, c := range []struct {
		name string
		o    Offer
		rule string
	}{
		{"no key", Offer{}, "6455-4.1-25"},
		{"a short key", Offer{Key: "AQID"}, "6455-4.1-25"},
		{"a key with pad bits", Offer{Key: "AQIDBAUGBwgJCgsMDQ4PEC=="}, "6455-4.1-25"},
		{"an empty subprotocol", subprotocols(""), "6455-4.1-32"},
		{"a list as subprotocol", subprotocols("a,b"), "6455-4.1-32"},
		{"a line break in a subprotocol", subprotocols("a\r\nb"), "6455-4.1-32"},
		{"a subprotocol beyond ASCII", subprotocols("\u00e4"), "6455-4.1-32"},
		{"a subprotocol twice", subprotocols("a", "b", "a"), "6455-4.1-33"},
		{"an extension that is no token", Offer{Key: exampleKey, Extensions: []Extension{{Name: "a;b"}}}, "6455-4.3-3"},
		{"a line break in the origin", Offer{Key: exampleKey, Origin: "a\r\nb"}, "6455-4.1-18"},
		{"two origins", Offer{Key: exampleKey, Origin: "a", Header: http.Header{"Origin": {"b"}}}, "6455-4.1-18"},
		{"an origin in another spelling", Offer{Key: exampleKey, Origin: "a", Header: http.Header{"origin": {"b"}}}, "6455-4.1-18"},
		{"two origins in the header", header("Origin", "a", "b"), "6455-4.1-18"},
		{"a line break in a value", header("X", "a\r\nb"), "6455-4.1-18"},
		{"a DEL in a value", header("X", "a\x7f"), "6455-4.1-18"},
		{"a space in a name", header("X ", "a"), "6455-4.1-18"},
		{"Upgrade", header("upgrade", "h2c"), "6455-4.1-18"},
		{"Connection", header("Connection", "close"), "6455-4.1-18"},
		{"a second key", header("Sec-WebSocket-Key", exampleKey), "6455-4.1-18"},
		{"a second version", header("sec-websocket-version", "8"), "6455-4.1-18"},
		{"Content-Length", header("Content-Length", "5"), "6455-4.1-18"},
		{"Transfer-Encoding", header("Transfer-Encoding", "chunked"), "6455-4.1-18"},
		{"two hosts", header("Host", "a", "b"), "6455-4.1-22"},
		{"an empty host", header("Host", ""), "6455-4.1-22"},
		{"a line break in the host", header("Host", "a\r\nb"), "6455-4.1-22"},
		{"two spellings of Host", Offer{Key: exampleKey, Header: http.Header{"Host": {"a"}, "host": {"b"}}}, "6455-4.1-22"},
	} {
		got, err := AppendRequest([]byte("x"), mustURL(t, "ws://server.example.com/chat"), c.o)
		wantRefusal(t, c.name, err, 0, c.rule)
		if string(got) != "x" {
			t.Errorf("%s: appended %q besides the error", c.name, got)
		}
	}
}

// A URI that did not come from ParseURL cannot break the request line either.
//
//rfc:6455-4.1-21 6455-4.1-22
func TestSection4_1AppendRequestForeignURL(t *testing.T) {
	for _, c := range []struct {
		u    url.URL
		rule string
	}{
		{url.URL{Scheme: "ws", Host: "a\r\nb"}, "6455-4.1-22"},
		{url.URL{Scheme: "ws"}, "6455-4.1-22"},
		{url.URL{Scheme: "ws", Host: "a", RawQuery: "x y"}, "6455-4.1-21"},
		{url.URL{Scheme: "ws", Host: "a", RawQuery: "x HTTP/1.1\r\nA: b"}, "6455-4.1-21"},
		{url.URL{Scheme: "ws", Host: "a", RawQuery: "#"}, "6455-4.1-21"},
		{url.URL{Scheme: "ws", Host: "a", Path: "chat"}, "6455-4.1-21"},
	} {
		_, err := AppendRequest(nil, &c.u, Offer{Key: exampleKey})
		wantRefusal(t, c.u.String(), err, 0, c.rule)
	}
}

// The caller's header stays as it is, with a Host too.
func TestSection4_1AppendRequestLeavesHeader(t *testing.T) {
	h := http.Header{"Host": {"b"}, "Cookie": {"a=1"}}
	want := h.Clone()
	if _, err := AppendRequest(nil, mustURL(t, "ws://a/"), Offer{Key: exampleKey, Header: h}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Errorf("the header changed (-before +after):\n%s", diff)
	}
}

package handshake

import (
	"strings"
	"testing"
)

//rfc:6455-3-1 6455-3-3 6455-3-4 6455-3-5 6455-3-6 6455-3-7 6455-3-9 6455-4.1-22
//rfc:6455-11.1.1-2 6455-11.1.2-2
func TestSection3ParseURL(t *testing.T) {
	for _, c := range []struct {
		in, scheme, resource, hostPort, hostHeader string
	}{
		{"ws://h", "ws", "/", "h:80", "h"},
		{"wss://h", "wss", "/", "h:443", "h"},
		{"WSS://H/P", "wss", "/P", "h:443", "h"},
		{"ws://h?q", "ws", "/?q", "h:80", "h"},
		{"ws://h/p?", "ws", "/p", "h:80", "h"},
		{"ws://h?", "ws", "/", "h:80", "h"},
		{"ws://h/p?a=b&c=/?", "ws", "/p?a=b&c=/?", "h:80", "h"},
		{"ws://h:", "ws", "/", "h:80", "h"},
		{"ws://h:80/", "ws", "/", "h:80", "h"},
		{"ws://h:0080/", "ws", "/", "h:80", "h"},
		{"ws://h:443/", "ws", "/", "h:443", "h:443"},
		{"wss://h:80/", "wss", "/", "h:80", "h:80"},
		{"ws://h:65535/", "ws", "/", "h:65535", "h:65535"},
		{"ws://127.0.0.1:8080/", "ws", "/", "127.0.0.1:8080", "127.0.0.1:8080"},
		{"ws://[2001:DB8:0::1]/", "ws", "/", "[2001:db8::1]:80", "[2001:db8::1]"},
		{"wss://[::1]:8443", "wss", "/", "[::1]:8443", "[::1]:8443"},
		{"ws://[fe80::1%25eth0]/", "ws", "/", "[fe80::1%eth0]:80", "[fe80::1]"},
		{"ws://my_host.example/", "ws", "/", "my_host.example:80", "my_host.example"},
		{"ws://h//a/../b", "ws", "//a/../b", "h:80", "h"},
		{"ws://h/a%2Fb%23%c3%a4?%26", "ws", "/a%2Fb%23%c3%a4?%26", "h:80", "h"},
		{"ws://h/\u00e4/%2F?\u20ac", "ws", "/%C3%A4/%2F?%E2%82%AC", "h:80", "h"},
		{"wss://h/a b\"<>[]\\^`{|}", "wss", "/a%20b%22%3C%3E%5B%5D%5C%5E%60%7B%7C%7D", "h:443", "h"},
		{"ws://h/-._~!$&'()*+,;=:@", "ws", "/-._~!$&'()*+,;=:@", "h:80", "h"},
	} {
		u, err := ParseURL(c.in)
		if err != nil {
			t.Errorf("ParseURL(%q): %v", c.in, err)
			continue
		}
		if u.Scheme != c.scheme || ResourceName(u) != c.resource || HostPort(u) != c.hostPort || HostHeader(u) != c.hostHeader {
			t.Errorf("ParseURL(%q): scheme %s, resource name %s, host and port %s, Host %s",
				c.in, u.Scheme, ResourceName(u), HostPort(u), HostHeader(u))
		}
		again, err := ParseURL(u.String())
		if err != nil || *again != *u {
			t.Errorf("ParseURL(%q): %v, %v, want %v again", u, again, err, u)
		}
	}
}

//rfc:6455-3-1 6455-3-2 6455-3-8 6455-4.1-4 6455-8.1-2
func TestSection3ParseURLRefuses(t *testing.T) {
	for _, c := range []struct{ in, rule string }{
		{"", "6455-3-1"},
		{"h", "6455-3-1"},
		{"//h/", "6455-3-1"},
		{"/p", "6455-3-1"},
		{"ws:", "6455-3-1"},
		{"ws:h", "6455-3-1"},
		{"ws:/h", "6455-3-1"},
		{"ws://", "6455-3-1"},
		{"ws:///p", "6455-3-1"},
		{"ws://?q", "6455-3-1"},
		{"ws://:80/", "6455-3-1"},
		{"http://h/", "6455-3-1"},
		{"w\u017f://h/", "6455-3-1"},
		{"ws+unix://h/", "6455-3-1"},
		{" ws://h/", "6455-3-1"},
		{"ws://h:0/", "6455-3-1"},
		{"ws://h:65536/", "6455-3-1"},
		{"ws://h:-1/", "6455-3-1"},
		{"ws://h:http/", "6455-3-1"},
		{"ws://h:1:2/", "6455-3-1"},
		{"ws://h i/", "6455-3-1"},
		{"ws://h\\i/", "6455-3-1"},
		{"ws://h<i>/", "6455-3-1"},
		{"ws://h\r\nA: b/", "6455-3-1"},
		{"ws://h/a\r\nb", "6455-3-1"},
		{"ws://h/?a\x00b", "6455-3-1"},
		{"ws://h/\x7f", "6455-3-1"},
		{"ws://[::1/", "6455-3-1"},
		{"ws://[1.2.3.4]/", "6455-3-1"},
		{"ws://[v1.x]/", "6455-3-1"},
		{"ws://::1/", "6455-3-1"},
		{"ws://h/%", "6455-3-1"},
		{"ws://h/%2", "6455-3-1"},
		{"ws://h/?%zz", "6455-3-1"},
		{"ws://%68/", "6455-3-1"},
		{"ws://user@h/", "6455-3-2"},
		{"ws://user:secret@h/", "6455-3-2"},
		{"ws://@h/", "6455-3-2"},
		{"ws://h/#", "6455-3-8"},
		{"ws://h/#a", "6455-3-8"},
		{"ws://h#a", "6455-3-8"},
		{"ws://h/?a#b", "6455-3-8"},
		{"ws://h/\xff", "6455-8.1-2"},
		{"ws://\xc3/", "6455-8.1-2"},
	} {
		u, err := ParseURL(c.in)
		wantRefusal(t, c.in, err, 0, c.rule)
		if u != nil {
			t.Errorf("ParseURL(%q) = %v besides the error", c.in, u)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("ParseURL(%q) tells the secret: %v", c.in, err)
		}
	}
}

//rfc:6455-11.1.1-1 6455-11.1.2-1
func TestSection11_1Host(t *testing.T) {
	for _, c := range []struct{ in, host string }{
		{"ws://b\u00fccher.example/", "xn--bcher-kva.example"},
		{"wss://B\u00dcCHER.example:444/", "xn--bcher-kva.example:444"},
		{"ws://b%C3%BCcher.example/", "xn--bcher-kva.example"},
		{"wss://\u4f8b\u3048.\u30c6\u30b9\u30c8/", "xn--r8jz45g.xn--zckzah"},
		{"ws://a\u3002example/", "a.example"},        // an ideographic full stop
		{"ws://\uff48\u212a.example/", "hk.example"}, // a full-width h, the Kelvin sign
		{"ws://xn--bcher-kva.example/", "xn--bcher-kva.example"},
	} {
		u, err := ParseURL(c.in)
		if err != nil || u.Host != c.host || HostHeader(u) != c.host {
			t.Errorf("ParseURL(%q) = %v, %v, want the host %s", c.in, u, err, c.host)
		}
	}
	for _, in := range []string{
		"ws://\u00fc_b.example/", "ws://\u2028.example/", "ws://-\u00fc.example/",
		"ws://a\uff0fb\u00fc.example/", // a full-width slash
	} {
		_, err := ParseURL(in)
		wantRefusal(t, in, err, 0, "6455-11.1.1-1")
	}
}

package handshake

import "testing"

//rfc:6455-4.2.2-5 6455-10.1-1 6455-10.2-1
func TestSection10_2SameOrigin(t *testing.T) {
	for _, c := range []struct {
		origin, scheme, host string
		want                 bool
	}{
		{"http://example.com", "http", "example.com", true},
		{"HTTP://Example.COM", "http", "eXample.com", true},
		{"http://example.com", "http", "example.com:80", true},
		{"http://example.com:80", "http", "example.com", true},
		{"https://example.com", "https", "example.com:443", true},
		{"https://example.com:0443", "HTTPS", "example.com", true},
		{"http://example.com:8080", "http", "example.com:8080", true},
		{"http://[2001:db8::1]:8080", "http", "[2001:DB8::1]:8080", true},
		{"http://[2001:db8::1]", "http", "[2001:0DB8:0:0::1]", true},
		{"http://[::ffff:102:304]", "http", "[::ffff:1.2.3.4]", true},
		{"http://[::1]", "http", "[::2]", false},
		{"http://[::1]", "http", "[::1%25eth0]", false},
		{"http://[::1]", "http", "::1", false},
		{"http://[::ffff:1.2.3.4]", "http", "1.2.3.4", false},
		{"http://example.com", "https", "example.com", false},
		{"https://example.com", "http", "example.com", false},
		{"http://example.com", "http", "example.com:443", false},
		{"http://example.com:8080", "http", "example.com", false},
		{"http://example.com", "http", "www.example.com", false},
		{"http://example.com.evil.org", "http", "example.com", false},
		{"http://example.com@evil.org", "http", "example.com", false},
		{"http://evil.org/http://example.com", "http", "example.com", false},
		{"http://example.com/", "http", "example.com", false},
		{"http://example.com http://evil.org", "http", "example.com", false},
		{"http://e\u212a.com", "http", "ek.com", false},
		{"ftp://example.com", "ftp", "example.com:21", false},
		{"http:example.com", "http", "example.com", false},
		{"example.com", "http", "example.com", false},
		{"http://", "http", "", false},
		{"null", "http", "null", false},
		{"null", "", "null", false},
		{"", "", "", false},
		{"", "http", "example.com", false},
		{"http://example.com:99999", "http", "example.com:99999", false},
		{"http://[::1", "http", "[::1", false},
	} {
		if got := SameOrigin(c.origin, c.scheme, c.host); got != c.want {
			t.Errorf("SameOrigin(%q, %q, %q) = %v, want %v", c.origin, c.scheme, c.host, got, c.want)
		}
	}
}

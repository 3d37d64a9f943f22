package handshake

import (
	"encoding/base64"
	"testing"
)

//rfc:6455-1.3-1 6455-4.2.2-8 6455-4.2.2-22
func TestSection1_3AcceptKey(t *testing.T) {
	for _, c := range []struct{ name, key, want string }{
		{"the RFC's example", "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
		{"spaces and tabs around it", " \tdGhlIHNhbXBsZSBub25jZQ==\t ", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
		{"the text is hashed: same bytes, other pad bits", "dGhlIHNhbXBsZSBub25jZR==", "Zgw8jYXtqX5qJr7MJ1Q/MqzeSRI="},
	} {
		if got := AcceptKey(c.key); got != c.want {
			t.Errorf("%s: AcceptKey(%q) = %q, want %q", c.name, c.key, got, c.want)
		}
	}
}

//rfc:6455-4.1-25 6455-4.1-26 6455-4.3-2
func TestSection4_1NewKey(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		key := NewKey()
		b, err := base64.StdEncoding.Strict().DecodeString(key)
		if err != nil || len(b) != 16 || len(key) != 24 || !validKey(key) {
			t.Fatalf("NewKey() = %q: not base64 of 16 bytes", key)
		}
		if seen[key] {
			t.Fatalf("NewKey() = %q twice", key)
		}
		seen[key] = true
	}
}

//rfc:6455-4.1-25 6455-4.2.1-10
func TestSection4_2_1ValidKey(t *testing.T) {
	for _, c := range []struct {
		name, key string
		want      bool
	}{
		{"zeros", "AAAAAAAAAAAAAAAAAAAAAA==", true},
		{"ones", "/////////////////////w==", true},
		{"empty", "", false},
		{"15 bytes", "AQIDBAUGBwgJCgsMDQ4P", false},
		{"17 bytes", "AQIDBAUGBwgJCgsMDQ4PEBE=", false},
		{"18 bytes, as long in base64", "AQIDBAUGBwgJCgsMDQ4PEBES", false},
		{"pad bits set (erratum 3150)", "AQIDBAUGBwgJCgsMDQ4PEC==", false},
		{"no padding", "AAAAAAAAAAAAAAAAAAAAAA", false},
		{"the alphabet for URLs", "_____________________w==", false},
		{"a line break, which encoding/base64 skips", "AAAAAAAAAAAAAAAAAAAAA\n==", false},
		{"line breaks for padding", "AAAAAAAAAAAAAAAAAAAAAA\r\n", false},
		{"a space", "AAAAAAAAAAAAAAAAAAAA A==", false},
	} {
		if got := validKey(c.key); got != c.want {
			t.Errorf("%s: validKey(%q) = %v, want %v", c.name, c.key, got, c.want)
		}
	}
}

package handshake

import "testing"

//rfc:6455-4.1-31 6455-4.2.2-12 6455-4.2.2-13
func TestSection4_2_2ChooseSubprotocol(t *testing.T) {
	for _, c := range []struct {
		name               string
		offered, supported []string
		want               string
	}{
		{"nothing at all", nil, nil, ""},
		{"nothing offered", nil, []string{"chat"}, ""},
		{"nothing supported", []string{"chat"}, nil, ""},
		{"nothing in common", []string{"chat"}, []string{"superchat"}, ""},
		{"the client's order decides", []string{"x", "a", "b"}, []string{"b", "a"}, "a"},
		{"case matters", []string{"Chat"}, []string{"chat"}, ""},
	} {
		if got := ChooseSubprotocol(c.offered, c.supported); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

package protocol

import (
	"errors"
	"slices"
	"testing"
)

// brokenRule returns the rule for which the header in wire is refused.
func brokenRule(t *testing.T, wire []byte, c HeaderContext) string {
	t.Helper()
	h, n, err := ParseHeader(wire)
	if err != nil {
		t.Fatalf("% x: %v", wire, err)
	}
	err = CheckHeader(h, n, c)
	if err == nil {
		return ""
	}
	var broken *ProtocolError
	if !errors.As(err, &broken) {
		t.Fatalf("% x: error %T", wire, err)
	}
	if broken.Code != CloseProtocolError || broken.Text == "" || broken.Option != "" {
		t.Errorf("% x: %+v", wire, broken)
	}
	return broken.Rule
}

var (
	between = HeaderContext{}
	within  = HeaderContext{Fragmented: true}
)

var checks = []struct {
	wire string // unmasked
	c    HeaderContext
	rule string
}{
	//rfc:6455-5.4-3 6455-5.4-13
	{"81 00", between, ""},
	{"02 05", between, ""},
	{"80 05", within, ""},
	//rfc:6455-5.4-7 6455-5.5-2
	{"89 7d", within, ""},
	{"8a 00", between, ""},
	{"88 02", within, ""},
	//rfc:6455-5.2-5 6455-5.8-1
	{"c1 00", between, "6455-5.2-5"},
	{"a2 00", between, "6455-5.2-5"},
	{"90 00", within, "6455-5.2-5"},
	{"c9 00", between, "6455-5.2-5"},
	//rfc:6455-5.2-5 6455-5.8-2
	{"c1 00", HeaderContext{RSV: 4}, ""},
	{"f1 00", HeaderContext{RSV: 7}, ""},
	{"e1 00", HeaderContext{RSV: 4}, "6455-5.2-5"},
	{"81 00", HeaderContext{RSV: 4}, ""},
	{"c9 00", HeaderContext{RSV: 4}, "6455-5.2-5"},
	{"c0 00", HeaderContext{RSV: 4, Fragmented: true}, "6455-5.2-5"},
	//rfc:6455-5.2-6
	{"83 00", between, "6455-5.2-6"},
	{"87 00", within, "6455-5.2-6"},
	{"8b 00", between, "6455-5.2-6"},
	{"8f 00", within, "6455-5.2-6"},
	//rfc:6455-5.2-11
	{"82 7f 80 00 00 00 00 00 00 00", between, "6455-5.2-11"},
	{"82 7f 7f ff ff ff ff ff ff ff", between, ""},
	//rfc:6455-5.2-13
	{"82 7e 00 7d", between, "6455-5.2-13"},
	{"82 7e 00 7e", between, ""},
	{"82 7f 00 00 00 00 00 00 ff ff", between, "6455-5.2-13"},
	{"82 7f 00 00 00 00 00 01 00 00", between, ""},
	{"89 7e 00 05", between, "6455-5.2-13"},
	//rfc:6455-5.5-2 6455-5.5-3
	{"89 7e 00 7e", between, "6455-5.5-2"},
	{"88 7f 00 00 00 00 00 01 00 00", between, "6455-5.5-2"},
	//rfc:6455-5.5-4
	{"09 00", between, "6455-5.5-4"},
	{"08 02", within, "6455-5.5-4"},
	//rfc:6455-5.4-5
	{"80 00", between, "6455-5.4-5"},
	{"00 01", between, "6455-5.4-5"},
	//rfc:6455-5.4-10 6455-5.4-18
	{"81 00", within, "6455-5.4-10"},
	{"02 00", within, "6455-5.4-10"},
}

// A server and a client get the same frames, masked and not.
func TestCheckHeader(t *testing.T) {
	for _, tt := range checks {
		wire := fromHex(t, tt.wire)
		c := tt.c
		c.Role = Client
		if got := brokenRule(t, wire, c); got != tt.rule {
			t.Errorf("%s to the client: %q, want %q", tt.wire, got, tt.rule)
		}
		c.Role = Server
		if got := brokenRule(t, masked(wire, exampleKey), c); got != tt.rule {
			t.Errorf("%s to the server: %q, want %q", tt.wire, got, tt.rule)
		}
	}
}

//rfc:6455-5.1-3 6455-5.1-6
func TestCheckMaskDirection(t *testing.T) {
	for _, first := range []byte{0x81, 0x02, 0x88, 0x89, 0x8a} {
		plain := []byte{first, 0}
		if got := brokenRule(t, plain, HeaderContext{Role: Server}); got != "6455-5.1-3" {
			t.Errorf("% x to the server: %q", plain, got)
		}
		if got := brokenRule(t, masked(plain, exampleKey), HeaderContext{Role: Client}); got != "6455-5.1-6" {
			t.Errorf("% x masked to the client: %q", plain, got)
		}
	}
}

// Every value of the first two bytes, against the rules put another way: the
// frames that may come are listed.
//
//rfc:6455-5.2-5 6455-5.2-6 6455-5.4-5 6455-5.4-10 6455-5.5-2 6455-5.5-4 6455-10.7-1
func TestCheckEveryHeader(t *testing.T) {
	between := []byte{0x01, 0x02, 0x81, 0x82, 0x88, 0x89, 0x8a}
	within := []byte{0x00, 0x80, 0x88, 0x89, 0x8a}
	control := []byte{0x88, 0x89, 0x8a}
	for first := range 256 {
		for second := range 256 {
			for _, c := range []HeaderContext{{Server, 0, false}, {Server, 0, true}, {Client, 0, false}, {Client, 0, true}} {
				// A length of 16 or 64 bits is 256 or 2^56 + 2^24 here: more
				// than the shorter form can say.
				wire := []byte{byte(first), byte(second), 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}
				list := between
				if c.Fragmented {
					list = within
				}
				want := slices.Contains(list, byte(first)) && (second >= 128) == (c.Role == Server)
				if slices.Contains(control, byte(first)) && second%128 > 125 {
					want = false
				}
				if got := brokenRule(t, wire, c); (got == "") != want {
					t.Fatalf("% x, %+v: %q", wire[:2], c, got)
				}
			}
		}
	}
}

package conformance

import (
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	s, skip, err := parse("example", `
# A message around a Ping, and the beginning of a frame that is too long.
rfc     6455-5.4-7
side    both
key     01020304
< 01 01 61            | text len=1 "a"
< 89 00
< 80 01 62
event   text "a"
event   ping ""
event   text fin "b"
> 8a 00
send    text "ab"
> 81 02 61 62
< 89 7e 00 7e 00*2
fail    1002 6455-5.5-2
state   failed
`)
	if err != nil || skip != "" {
		t.Fatal(err, skip)
	}
	want := []turn{
		{
			bytes:    []byte("\x01\x81\x01\x02\x03\x04\x60\x89\x80\x01\x02\x03\x04\x80\x81\x01\x02\x03\x04\x63"),
			messages: []message{{true, "ab"}},
			pongs:    []string{""},
		},
		{
			bytes: []byte("\x89\xfe\x00\x7e\x01\x02\x03\x04\x01\x02"),
			end:   ending{how: failed, codes: []int{1002}},
		},
	}
	if !reflect.DeepEqual(s.turns, want) {
		t.Errorf("got %+v\nwant %+v", s.turns, want)
	}
	if rest := strings.Repeat("\x03\x04\x01\x02", 31); string(s.rest) != rest {
		t.Errorf("the rest: %q, want %q", s.rest, rest)
	}
}

// What a client cannot play from outside is skipped, what has no meaning is an
// error.
func TestParseRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		content   string
		skip, err bool
	}{
		"played":         {"side both\n< 81 00\nevent text fin \"\"\n", false, false},
		"for clients":    {"side client\n< 81 00\n", true, false},
		"a limit":        {"side both\nlimit MaxMessage 10\n< 81 00\n", true, false},
		"a limit met":    {"side both\n< 81 00\nfail 1009 6455-10.4-3 Options.MaxMessage\n", true, false},
		"sends":          {"side both\nsend text \"x\"\n", true, false},
		"sends no echo":  {"side both\n< 81 00\nevent text fin \"\"\nsend text \"x\"\n", true, false},
		"closes":         {"side both\nclose 1000\n", true, false},
		"nothing":        {"side both\n", true, false},
		"compressed":     {"side both\ndeflate client_max_window_bits=9\n< c1 01 00\nevent text fin \"\"\n", false, false},
		"bad parameter":  {"side both\ndeflate window\n< c1 01 00\nevent text fin \"\"\n", false, true},
		"unknown word":   {"side both\nwait\n", false, true},
		"unknown side":   {"side left\n", false, true},
		"unknown event":  {"side both\n< 81 00\nevent texts \"\"\n", false, true},
		"bad hex":        {"side both\n< 8\n", false, true},
		"bad key":        {"side both\nkey 01\n", false, true},
		"bad data":       {"side both\n< 81 00\nevent text \"\n", false, true},
		"bad code":       {"side both\n< 81 00\nfail x 6455-5.2-5\n", false, true},
		"bad repetition": {"side both\n< 81*x\n", false, true},
	} {
		_, skip, err := parse(name, tt.content)
		if (skip != "") != tt.skip || (err != nil) != tt.err {
			t.Errorf("%s: skipped for %q, error %v", name, skip, err)
		}
	}
}

package protocol

import (
	"bytes"
	"testing"
)

// A frame is incomplete from its first byte to its last, and has one number
// all the time, which is not that of the frame before.
func TestIncomplete(t *testing.T) {
	s := (&fixture{}).start(Client)
	check := func(after string, want bool) (number uint32) {
		t.Helper()
		number, is := s.e.Incomplete()
		if is != want {
			t.Errorf("after %s: incomplete is %v", after, is)
		}
		return number
	}
	check("nothing", false)
	var last uint32
	for _, tt := range []struct{ name, frame string }{
		{"a message", "\x82\x05Hello"},
		{"a long header", "\x82\x7e\x00\x7e" + string(make([]byte, 126))},
		{"a fragment", "\x02\x02ab"},
		{"a ping in between", "\x89\x02ab"},
		{"the last fragment", "\x80\x01c"},
	} {
		var number uint32
		for i, b := range []byte(tt.frame) {
			s.receive([]byte{b})
			whole := i == len(tt.frame)-1
			n := check(tt.name, !whole)
			if i > 0 && !whole && n != number {
				t.Errorf("%s: number %d, then %d", tt.name, number, n)
			}
			if !whole {
				number = n
			}
		}
		if number == last {
			t.Errorf("%s has the number of the frame before", tt.name)
		}
		last = number
	}
	s.receive([]byte("\x82\x05Hello\x82"))
	check("a frame and a byte", true)
	s.receive([]byte("\x00"))
	check("an empty frame", false)
}

// The message that arrives is compressed or not, from its first header to the
// end.
func TestInflating(t *testing.T) {
	s := &session{e: NewEndpoint(Client, nil, new(Deflate), nil)}
	for _, tt := range []struct {
		in   string
		want bool
	}{
		{"", false},
		{"\x41\x01\xf2", true},         // of the example in RFC 7692 section 7.2.3.1
		{"\x89\x01p", true},            // within the message
		{"\x80\x06\x48\xcd\xc9", true}, // half a frame
		{"\xc9\xc9\x07\x00"[1:], false},
		{"\x01\x02He", false},
		{"\x80\x03llo", false},
	} {
		s.receive([]byte(tt.in))
		if got := s.e.Inflating(); got != tt.want || s.e.State() != Open {
			t.Errorf("after % x: %v, state %v", tt.in, got, s.e.State())
		}
	}
}

// New limits hold from the next frame on, also within a message.
//
//rfc:6455-10.4-1 6455-10.4-3
func TestLimit(t *testing.T) {
	const first, last = "\x02\x08abcdefgh", "\x80\x04ijkl"
	for name, tt := range map[string]struct {
		before, after Config
		in            []string // the limits change after the first
		want          string
	}{
		"more":                            {Config{MaxMessage: 8}, Config{MaxMessage: 12}, []string{first, last}, ""},
		"as before":                       {Config{MaxMessage: 8}, Config{MaxMessage: 8}, []string{first, last}, "Options.MaxMessage"},
		"less":                            {Config{}, Config{MaxMessage: 11}, []string{first, last}, "Options.MaxMessage"},
		"less than came":                  {Config{}, Config{MaxMessage: 3}, []string{first, last}, "Options.MaxMessage"},
		"less than came, nothing follows": {Config{}, Config{MaxMessage: 3}, []string{first, "\x80\x00"}, "Options.MaxMessage"},
		"within a frame":                  {Config{}, Config{MaxMessage: 3}, []string{"\x82\x04ab", "cd"}, ""},
		"the next":                        {Config{}, Config{MaxMessage: 3}, []string{"\x82\x04ab", "cd\x82\x04abcd"}, "Options.MaxMessage"},
		"fragments":                       {Config{}, Config{MaxFragments: 1}, []string{first, last}, "Options.MaxFragments"},
		"no limit":                        {Config{MaxMessage: 8}, Config{MaxMessage: -1}, []string{first, last}, ""},
	} {
		s := (&fixture{limits: tt.before}).start(Client)
		s.receive([]byte(tt.in[0]))
		s.e.Limit(&tt.after)
		var got string
		if events := s.receive([]byte(tt.in[1])); s.e.State() != Open {
			got = failure(events)
		}
		if got != tt.want {
			t.Errorf("%s: fails for %q, want %q", name, got, tt.want)
		}
	}
}

// The same for compressed messages, whose contents count.
func TestLimitInflated(t *testing.T) {
	from := NewEndpoint(Server, nil, &Deflate{Threshold: -1}, nil)
	contents := bytes.Repeat([]byte("a"), 100)
	from.Send(Binary, false, contents)
	from.Send(Binary, false, contents)
	first := from.Output()
	from.Send(Binary, true, contents)
	second := from.Output()
	for limit, want := range map[int64]string{0: "", 300: "", 299: "Options.MaxMessage", 10: "Options.MaxMessage"} {
		s := &session{e: NewEndpoint(Client, nil, new(Deflate), nil)}
		s.receive(first)
		s.e.Limit(&Config{MaxMessage: limit})
		var got string
		if events := s.receive(second); s.e.State() != Open {
			got = failure(events)
		}
		if got != want {
			t.Errorf("%d: fails for %q, want %q", limit, got, want)
		}
	}
}

// When nothing more will be received, nothing is held for it, and nothing comes
// of what still waits.
func TestReceiveEnd(t *testing.T) {
	budget := NewBudget(1 << 20)
	d := &Deflate{Budget: budget, Receive: DeflateWindow{Takeover: true}}
	s := &session{e: NewEndpoint(Client, nil, d, nil)}
	if s.e.Deflate() != d || !d.Reserve() {
		t.Fatal("no compression")
	}
	reserved := budget.Used()
	for name, in := range map[string]string{
		"between messages":         "\x82\x05Hello",
		"within a message":         "\x02\x05Hello",
		"within a compressed one":  "\x41\x01\xf2",
		"within a compressed ping": "\x41\x01\xf2\x89\x02p",
		"within a header":          "\x82",
	} {
		s.e.Init(Client, nil, d, nil)
		s.receive([]byte(in))
		s.e.Receive([]byte("\x82\x05Hello"))
		s.e.ReceiveEnd()
		if n := s.e.Buffered(); n > 0 || s.e.Next(new(Event)) {
			t.Errorf("%s: an event, or %d bytes to look at", name, n)
		}
		if got := s.receive([]byte("\x82\x01a")); len(got) > 0 {
			t.Errorf("%s: received afterwards %s", name, describe(got))
		}
		if got := budget.Used(); got != reserved || d.inflater != nil || s.e.control != nil {
			t.Errorf("%s: %d bytes of the budget, want %d; inflater %p, control data %p", name, got, reserved, d.inflater, s.e.control)
		}
	}
	s.e.ReceiveEnd() // once more does no harm
	if got := budget.Used(); got != reserved {
		t.Errorf("%d bytes of the budget, want %d", got, reserved)
	}
}

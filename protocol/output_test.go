package protocol

import (
	"bytes"
	"strings"
	"testing"
)

// The output goes to the memory that is lent, as far as that goes, and comes
// back in it.
func TestLend(t *testing.T) {
	const first, second = "\x82\x03abc", "\x82\x04defg"
	for name, size := range map[string]int{"much": 64, "just enough": len(first + second), "too little": 7} {
		e := NewEndpoint(Server, nil, nil, nil)
		memory := make([]byte, size)
		if before := e.Lend(memory); before != nil {
			t.Errorf("%s: %d bytes before", name, len(before))
		}
		if e.Room() != size {
			t.Errorf("%s: Room() = %d, want %d", name, e.Room(), size)
		}
		e.Send(Binary, true, []byte("abc"))
		if e.Room() != size-len(first) {
			t.Errorf("%s: Room() = %d after %d bytes", name, e.Room(), len(first))
		}
		e.Send(Binary, true, []byte("defg"))
		out := e.Output()
		if string(out) != first+second || (&out[0] == &memory[0]) != (size >= len(out)) {
			t.Errorf("%s: %q, in the memory lent: %v", name, out, &out[0] == &memory[0])
		}
		if e.Room() != 0 {
			t.Errorf("%s: Room() = %d after Output", name, e.Room())
		}
	}
}

// What waits in the output moves from one memory to the next.
func TestLendInstead(t *testing.T) {
	e := NewEndpoint(Server, nil, nil, nil)
	e.Send(Binary, true, []byte("abc"))
	one, two := make([]byte, 10, 20), make([]byte, 10, 20)
	e.Lend(one)
	e.SendPing([]byte("p"))
	if before := e.Lend(two); cap(before) != 20 || &before[:1][0] != &one[0] {
		t.Errorf("got back %d bytes, not what was lent", cap(before))
	}
	clear(one)
	e.SendPing(nil)
	if got, want := e.Output(), "\x82\x03abc\x89\x01p\x89\x00"; string(got) != want || &got[0] != &two[0] {
		t.Errorf("%q, want %q at the start of the second memory", got, want)
	}
	if before := e.Lend(nil); before != nil {
		t.Errorf("%d bytes before, though they were taken", cap(before))
	}
}

// Pings count while the driver cannot write, and are forgotten when it can.
//
//rfc:6455-10.4-1 6455-5.5.2-3
func TestBlocked(t *testing.T) {
	e := NewEndpoint(Client, &Config{MaxPings: 3}, nil, nil)
	ping := func(n int) (err error) {
		for range n {
			if err == nil {
				err = e.Answer(&Event{Kind: PingEvent})
			}
		}
		return err
	}
	if err := ping(100); err != nil {
		t.Errorf("not blocked: %v", err)
	}
	for range 2 {
		e.Blocked()
		if err := ping(3); err != nil {
			t.Errorf("as many as are allowed: %v", err)
		}
		e.Output() // says nothing about what is written
		e.Blocked()
		e.Written()
		if err := ping(100); err != nil {
			t.Errorf("no longer blocked: %v", err)
		}
	}
	e.Blocked()
	if err := ping(4); err == nil || !strings.Contains(err.Error(), "Options.MaxPings") {
		t.Errorf("one too many: %v", err)
	}
	if got := e.Output(); !bytes.HasPrefix(got[len(got)-20:], []byte{0x03, 0xf0}) && e.State() != Failed {
		t.Errorf("% x, state %v", got, e.State())
	}
}

func TestDeflates(t *testing.T) {
	with := func(threshold int) *Endpoint { return NewEndpoint(Client, nil, &Deflate{Threshold: threshold}, nil) }
	for _, tt := range []struct {
		name  string
		e     *Endpoint
		typ   Type
		whole bool
		n     int
		want  bool
	}{
		{"without compression", NewEndpoint(Client, nil, nil, nil), Text, true, 1000, false},
		{"below the threshold", with(100), Text, true, 99, false},
		{"at the threshold", with(100), Binary, true, 100, true},
		{"the default", with(0), Text, true, defaultThreshold, true},
		{"below the default", with(0), Text, true, defaultThreshold - 1, false},
		{"no threshold", with(-1), Text, true, 0, true},
		{"a first piece", with(100), Text, false, 1, true},
		{"plain", with(-1), Text | Plain, true, 1000, false},
		{"a plain piece", with(-1), Binary | Plain, false, 1000, false},
	} {
		if got := tt.e.Deflates(tt.typ, tt.whole, tt.n); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
		if tt.n == 0 {
			continue
		}
		tt.e.Send(tt.typ, tt.whole, bytes.Repeat([]byte("a"), tt.n))
		if got := splitFrames(tt.e.Output())[0].header.RSV == rsv1; got != tt.want {
			t.Errorf("%s: compressed: %v", tt.name, got)
		}
	}
}

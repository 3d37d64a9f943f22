//go:build !race

package protocol

import (
	"bytes"
	"testing"
)

// Not under the race detector: there, pools drop what they hold at random.
func TestSmallFramesAllocateNothing(t *testing.T) {
	for role, wire := range map[Role][]byte{
		Client: []byte("\x81\x100123456789abcdef"),
		Server: masked([]byte("\x81\x100123456789abcdef"), exampleKey),
	} {
		e := NewEndpoint(role, nil, nil, nil)
		in, out, reply := bytes.Clone(wire), make([]byte, 0, 64), []byte("0123456789abcdef")
		n := testing.AllocsPerRun(1000, func() {
			e.Lend(out)
			copy(in, wire)
			e.Receive(in)
			var ev Event
			for e.Next(&ev) {
				if err := e.Answer(&ev); err != nil || !ev.Fin {
					t.Fatal(ev, err)
				}
			}
			if err := e.Send(Text, true, reply); err != nil {
				t.Fatal(err)
			}
			out = e.Output()
			e.Written()
		})
		if n > 0 {
			t.Errorf("%v: %v allocations a message", role, n)
		}
	}
}

// A driver that keeps its memory can have an endpoint for one connection after
// another in it.
func TestInitAllocatesNothing(t *testing.T) {
	var e Endpoint
	c, d, h := new(Config), new(Deflate), new(FrameHooks)
	if n := testing.AllocsPerRun(100, func() {
		e.Init(Server, nil, nil, nil)
		e.Init(Client, c, d, h)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

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
		e := NewEndpoint(role, Config{})
		in, out, reply := bytes.Clone(wire), make([]byte, 0, 64), []byte("0123456789abcdef")
		n := testing.AllocsPerRun(1000, func() {
			copy(in, wire)
			e.Receive(in)
			for ev, ok := e.Next(); ok; ev, ok = e.Next() {
				if err := e.Answer(ev); err != nil || !ev.Fin {
					t.Fatal(ev, err)
				}
			}
			if err := e.Send(Text, true, reply); err != nil {
				t.Fatal(err)
			}
			out = e.Output(out)
		})
		if n > 0 {
			t.Errorf("%v: %v allocations a message", role, n)
		}
	}
}

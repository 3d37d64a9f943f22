package suite

import (
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// The record keeps its beginning and its end, and counts the rest.
func TestWire(t *testing.T) {
	w := &wire{began: time.Now()}
	sent := map[protocol.Role]int64{}
	add := func(from protocol.Role, n int, b byte) {
		p := make([]byte, n)
		p[0] = b
		w.add(from, p)
		sent[from] += int64(n)
	}
	add(protocol.Client, 10, 'a')
	for range 1000 {
		add(protocol.Client, 100_000, 'x')
		add(protocol.Server, 1000, 'y')
	}
	for range 300 {
		add(protocol.Client, 1, 'z')
	}
	add(protocol.Server, 5, 'e')
	all := w.record()
	if len(all) > mostChunks || all[0].Bytes[0] != 'a' || all[len(all)-1].Bytes[0] != 'e' {
		t.Errorf("%d chunks, from %q to %q", len(all), all[0].Bytes[0], all[len(all)-1].Bytes[0])
	}
	kept := 0
	for _, c := range all {
		sent[c.From] -= int64(len(c.Bytes)) + c.Left
		kept += len(c.Bytes)
	}
	if sent[protocol.Client] != 0 || sent[protocol.Server] != 0 || kept > plenty+mostChunks*mostEach {
		t.Errorf("not told: %v; %d bytes kept", sent, kept)
	}
}

//go:build unix && !race

package websocket_test

import (
	"testing"

	. "github.com/seed372fb791/rfc6455/websocket"
)

// A prepared message goes to as many as one likes, and nothing is allocated.
func TestNoAllocationForABroadcast(t *testing.T) {
	m, err := Prepare(Text, make([]byte, 1000))
	if err != nil {
		t.Fatal(err)
	}
	var conns []*Conn
	for range 20 {
		s, c := overTCP(t, Options{}, Options{})
		conns = append(conns, s)
		go echo(c)
	}
	if n := testing.AllocsPerRun(100, func() {
		for _, c := range conns {
			if taken, err := c.TryWritePrepared(m); !taken || err != nil {
				t.Fatal(taken, err)
			}
		}
	}); n > 0 {
		t.Errorf("%v allocations for %d receivers", n, len(conns))
	}
}

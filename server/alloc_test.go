//go:build !race

package server_test

import "testing"

// Not under the race detector: there, pools drop what they hold at random.
func TestAcceptAllocatesLittle(t *testing.T) {
	const most = 35 // 34 as measured, with those of NewConn, CloseNow and the test
	l := newPipeListener()
	startEnding(t, l)
	if n := testing.AllocsPerRun(500, func() { acceptInMemory(l) }); n > most {
		t.Errorf("%v allocations for a connection, want no more than %d", n, most)
	}
}

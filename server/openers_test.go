package server

import (
	"net"
	"testing"
	"testing/synctest"
)

// Of the goroutines for a burst of connections a few wait for the next ones, and none after the end.
func TestOpeners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s Server
		o := newOpeners()
		burst := func(conns int) { // which are there at the same time
			for range conns {
				nc, client := net.Pipe()
				defer client.Close()
				h := s.newOpening(nc)
				if s.tracker.open(h) != nil {
					t.Fatal("the server has not stopped")
				}
				o.conduct(h)
			}
		}
		for _, c := range []struct{ conns, idle int32 }{
			{1, 1}, {1, 1}, {20, 20}, {3 * maxIdleOpeners, maxIdleOpeners}, {maxIdleOpeners, maxIdleOpeners},
		} {
			burst(int(c.conns))
			synctest.Wait()
			if got := o.idle.Load(); got != c.idle {
				t.Errorf("after %d connections %d goroutines wait, want %d", c.conns, got, c.idle)
			}
		}
		o.end()
		synctest.Wait()
		if got := o.idle.Load(); got != 0 {
			t.Errorf("%d goroutines wait after the end", got)
		}
	})
}

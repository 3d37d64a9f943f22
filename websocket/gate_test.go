package websocket

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// A call that comes while the transport is being closed, after one whose context has ended, does not open the way again
// for itself: nothing would interrupt it, and the closing would wait for it for all of its time.
func TestGateStaysShut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		defer time.AfterFunc(time.Second, func() { b.Close() }).Stop()
		c := NewConn(a, Server, Setup{}, Options{})
		defer c.CloseNow()
		g := &c.receiving.gate
		ctx, cancel := context.WithCancel(context.Background())
		g.watch(c, ctx)
		cancel()
		synctest.Wait()
		g.release(c)
		g.watch(c, t.Context())
		if _, err := a.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
	})
}

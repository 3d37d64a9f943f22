package load

import (
	"context"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/internal/leak"
	"github.com/seed372fb791/rfc6455/websocket"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// pipes returns a Load.Dial that gives connections in memory, whose other ends
// go to handle.
func pipes(handle func(*websocket.Conn)) func(context.Context) (*websocket.Conn, error) {
	return func(context.Context) (*websocket.Conn, error) {
		server, c := websocket.Pipe(websocket.Options{}, websocket.Options{CloseTimeout: drainTime / 2})
		go func() {
			defer server.CloseNow()
			handle(server)
		}()
		return c, nil
	}
}

// echo calls before each answer what is done before it.
func echo(before func()) func(*websocket.Conn) {
	return func(c *websocket.Conn) {
		ctx := context.Background()
		for m, err := range c.BorrowMessages(ctx) {
			if err != nil {
				return
			}
			before()
			if c.Write(ctx, m.Type, m.Data) != nil {
				return
			}
		}
	}
}

// inBubble runs a test by the time of testing/synctest, and lets servers end.
func inBubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t)
		time.Sleep(time.Minute)
	})
}

// runInBubble is Run without the kernel's alarm, which knows nothing of that time.
func (l Load) runInBubble(ctx context.Context) *Result {
	r := newRun(l)
	r.alarm = newTimerAlarm
	return r.do(ctx)
}

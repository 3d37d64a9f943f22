package outages

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/websocket"
)

// askToClose has the server close the connection.
func (c *caller) askToClose(code websocket.CloseCode) {
	c.Helper()
	if err := c.WriteText(c.Context(), fmt.Sprint("close ", uint16(code))); err != nil {
		c.Fatal(err)
	}
}

// A server that says how it ends is left alone for as long as the code means,
// however short the delays: 1012 for 5 s to 30 s, 1013 for 30 s to a minute.
func TestClosed(t *testing.T) {
	for code, pause := range map[websocket.CloseCode]struct{ least, most time.Duration }{
		websocket.CloseGoingAway:      {0, time.Second},
		websocket.CloseServiceRestart: {5 * time.Second, 30 * time.Second},
		websocket.CloseTryAgainLater:  {30 * time.Second, time.Minute},
	} {
		t.Run(fmt.Sprint(uint16(code)), func(t *testing.T) {
			t.Parallel()
			p := newProcess(t, settings{Address: programs.Port(t)})
			c := newCaller(t, "ws://"+p.Address, client.ReconnectOptions{})
			c.await(client.PhaseConnected)
			c.arrive()
			before := time.Now()
			c.askToClose(code)
			s := c.await(client.PhaseWaiting)
			after := time.Now()
			var closed *websocket.CloseError
			if !errors.As(s.Err, &closed) || closed.Code != code {
				t.Errorf("the connection is lost with %v, want code %d", s.Err, code)
			}
			if s.Until.Before(before.Add(pause.least)) || s.Until.After(after.Add(pause.most)) {
				t.Errorf("waits for %v, want %v to %v", s.Until.Sub(before), pause.least, pause.most)
			}
			if code == websocket.CloseTryAgainLater {
				return // the client's own tests wait, in virtual time
			}
			c.await(client.PhaseConnected)
			if time.Now().Before(s.Until) {
				t.Error("back too early")
			}
			c.arrive()
			c.once(p)
		})
	}
}

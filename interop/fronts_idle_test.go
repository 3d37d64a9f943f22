package interop

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// reconnecting comes back to url again and again, and never pings.
func reconnecting(t *testing.T, url string) *client.Reconnecting {
	t.Helper()
	o := &client.ReconnectOptions{Dial: behind(""), FirstDelay: time.Millisecond, MaxDelay: 10 * time.Millisecond}
	o.Dial.Conn.Keepalive = -1
	r, err := client.NewReconnecting(url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(context.Background(), websocket.CloseNormal, "") })
	return r
}

// A front that cuts what is silent ends our connection, and the client comes
// back.
func TestFrontsIdle(t *testing.T) {
	overEachFront(t, func(t *testing.T, f front) {
		s := serveRaw(t, false, server.Options{Conn: websocket.Options{Keepalive: -1}})
		r := reconnecting(t, "wss://"+f.start(t, s.hostPort(), 1)+"/ws")
		us := s.accepted(t)
		_, _, err := us.Read(soon(t))
		var closed *websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != websocket.CloseAbnormal {
			t.Fatalf("Read: %v, want code 1006", err)
		}
		<-us.Done()
		for arrived := false; !arrived; { // it may be cut again, if this machine is slow
			us = s.accepted(t)
			r.WriteText(soon(t), "back")
			_, data, err := us.Read(soon(t))
			arrived = err == nil && string(data) == "back"
		}
	})
}

// Our server's Pings keep a connection open that is silent otherwise, for
// longer than the front has patience.
func TestFrontsKeepalive(t *testing.T) {
	const idle = 2
	overEachFront(t, func(t *testing.T, f front) {
		s := serveRaw(t, false, server.Options{Conn: websocket.Options{Keepalive: idle * time.Second / 4}})
		reconnecting(t, "wss://"+f.start(t, s.hostPort(), idle)+"/ws")
		for late := time.Now().Add(patience); ; {
			us := s.accepted(t)
			ctx, stop := context.WithTimeout(t.Context(), 2*idle*time.Second)
			_, _, err := us.Read(ctx)
			stop()
			switch {
			case errors.Is(err, context.DeadlineExceeded):
				if s.frames.received(protocol.OpPong) == 0 {
					t.Error("there was no Pong")
				}
				return
			case time.Now().After(late):
				t.Fatalf("no connection lasts: %v", err)
			}
			t.Logf("this machine may be slow: %v", err)
		}
	})
}

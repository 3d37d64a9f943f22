package client_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// reconnectStage is where a Reconnecting can be when something ends.
type reconnectStage struct {
	name  string
	phase client.Phase
	o     client.ReconnectOptions
	dial  func(context.Context, string, string) (net.Conn, error)
	busy  bool // reading and writing wait
}

func reconnectStages() []reconnectStage {
	never := func(nc net.Conn) { drained(nc) }
	hold := func(ctx context.Context, _ *websocket.Conn) error {
		<-ctx.Done()
		return ctx.Err()
	}
	reads := func(ctx context.Context, c *websocket.Conn) error {
		_, _, err := c.Read(ctx)
		return err
	}
	to := func(servers ...func(net.Conn)) func(context.Context, string, string) (net.Conn, error) {
		return (&network{servers: servers}).dial
	}
	return []reconnectStage{
		{"connecting", client.PhaseConnecting, client.ReconnectOptions{}, stall(func() {}), true},
		{"the opening handshake", client.PhaseConnecting, client.ReconnectOptions{}, to(never), true},
		{"OnConnect", client.PhaseConnecting, client.ReconnectOptions{OnConnect: hold}, to(echo), true},
		{"OnConnect that reads", client.PhaseConnecting, client.ReconnectOptions{OnConnect: reads}, to(echo), true},
		{"connected", client.PhaseConnected, client.ReconnectOptions{}, to(echo), false},
		{"waiting", client.PhaseWaiting, client.ReconnectOptions{}, to(refuses("500 Out of order")), true},
	}
}

// Close ends everything wherever it is, at once. All that is said or asked afterwards is that.
func TestReconnectClose(t *testing.T) {
	for _, s := range reconnectStages() {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := reconnectTo(t, s.o, s.dial)
				over := readOn(r)
				synctest.Wait()
				if phase := r.State().Phase; phase != s.phase {
					t.Fatalf("it is %s, want %s", phase, s.phase)
				}
				written := make(chan error, 1)
				if s.busy {
					go func() { written <- r.WriteText(t.Context(), "Hello") }()
					synctest.Wait()
				}
				if err := r.Close(t.Context(), websocket.CloseNormal, "bye"); err != nil {
					t.Error(err)
				}
				wantError(t, <-over, websocket.ErrClosed)
				if s.busy {
					wantError(t, <-written, websocket.ErrClosed)
				}
				wantError(t, r.WriteText(t.Context(), "Hello"), websocket.ErrClosed)
				if state := r.State(); state.Phase != client.PhaseClosed || state.Err != websocket.ErrClosed {
					t.Errorf("it is %v", state)
				}
				if err := r.Close(t.Context(), websocket.CloseNormal, ""); err != nil {
					t.Error(err)
				}
				synctest.Wait()
				for m, err := range r.Messages(t.Context()) {
					if err != websocket.ErrClosed {
						t.Errorf("%v, %v", m, err)
					}
				}
			})
		})
	}
}

// A context that ends stops the call that it was given to, and nothing else.
func TestReconnectCancel(t *testing.T) {
	for _, s := range reconnectStages() {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := reconnectTo(t, s.o, s.dial)
				synctest.Wait()
				ctx, cancel := context.WithTimeout(t.Context(), 1)
				defer cancel()
				if _, _, err := r.Read(ctx); err != context.DeadlineExceeded {
					t.Errorf("Read: %v", err)
				}
				for m, err := range r.Messages(ctx) {
					if err != context.DeadlineExceeded {
						t.Errorf("Messages: %v, %v", m, err)
					}
				}
				wantNotSent(t, r.WriteText(ctx, "Hello"), context.DeadlineExceeded)
				ctx, cancel = context.WithTimeout(t.Context(), 1)
				defer cancel()
				if err := r.WriteText(ctx, "Hello"); s.busy {
					wantNotSent(t, err, context.DeadlineExceeded)
				}
				if phase := r.State().Phase; phase != s.phase {
					t.Errorf("it is %s, want %s", phase, s.phase)
				}
			})
		})
	}
}

// wantNotSent wants err to say that a message was not sent because of cause.
func wantNotSent(t *testing.T, err, cause error) {
	t.Helper()
	wantError(t, err, websocket.ErrNotSent)
	wantError(t, err, cause)
	if errors.Is(err, websocket.ErrClosed) {
		t.Errorf("%v: is said to be the end of the connection", err)
	}
}

// A Close that may not be sent as it is closes all the same.
func TestReconnectCloseRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := reconnect(t, client.ReconnectOptions{}, echo)
		if err := r.WriteText(t.Context(), "Hello"); err != nil {
			t.Error(err)
		}
		if _, p, err := r.Read(t.Context()); string(p) != "Hello" || err != nil {
			t.Errorf("%q, %v", p, err)
		}
		var replaced *websocket.CloseArgumentError
		if err := r.Close(t.Context(), websocket.CloseAbnormal, ""); !errors.As(err, &replaced) {
			t.Errorf("error %v", err)
		}
		wantError(t, r.WriteText(t.Context(), "Hello"), websocket.ErrClosed)
	})
}

// OnConnect may close, and what was opened by then is closed too.
func TestReconnectCloseInHook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r *client.Reconnecting
		started := make(chan bool)
		o := client.ReconnectOptions{OnConnect: func(ctx context.Context, c *websocket.Conn) error {
			<-started
			return r.Close(ctx, websocket.CloseNormal, "")
		}}
		r = reconnect(t, o, echo)
		close(started)
		wantError(t, <-readOn(r), websocket.ErrClosed)
	})
}

// Close while the outbox goes out, to a server that does not read, ends with the connection.
func TestReconnectCloseWhileFlushing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dropped drops
		o := client.ReconnectOptions{Outbox: client.Outbox{MaxMessages: 2}, OnDrop: dropped.tell}
		over := make(chan bool)
		defer close(over)
		r := reconnect(t, o, refuses("500 Out of order"), talks(func(*websocket.Conn) { <-over }))
		synctest.Wait()
		for _, m := range []string{"a", "b"} {
			if err := r.WriteText(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 6*second)
		defer cancel()
		wantNotSent(t, r.WriteText(ctx, "c"), context.DeadlineExceeded) // it waits behind the outbox
		var late *websocket.TimeoutError
		if err := r.Close(t.Context(), websocket.CloseNormal, ""); !errors.As(err, &late) {
			t.Errorf("Close: %v", err)
		}
		synctest.Wait()
		if len(dropped) != 2 {
			t.Errorf("dropped %q", dropped)
		}
	})
}

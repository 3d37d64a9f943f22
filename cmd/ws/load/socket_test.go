package load

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// echoServer is one over real sockets.
func echoServer(t *testing.T) (url string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server.Server{Handle: func(ctx context.Context, c *websocket.Conn) error {
		echo(func() {})(c)
		return nil
	}}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return "ws://" + l.Addr().String() + "/"
}

// An alarm rings when it should, and at once if it is stopped.
func TestAlarm(t *testing.T) {
	for name, open := range map[string]func() alarm{"of the system": newAlarm, "by a timer": newTimerAlarm} {
		t.Run(name, func(t *testing.T) {
			a := open()
			for _, d := range []time.Duration{1, time.Microsecond, 99 * time.Microsecond, 5 * time.Millisecond} {
				begin := time.Now()
				a.wait(d)
				if got := time.Since(begin); got < d {
					t.Errorf("rang after %v instead of %v", got, d)
				}
			}
			woken := started(func() { a.wait(time.Hour) })
			a.stop()
			a.stop()
			<-woken
			a.wait(time.Hour)
		})
	}
}

// started runs f and closes the channel when it has returned.
func started(f func()) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	return done
}

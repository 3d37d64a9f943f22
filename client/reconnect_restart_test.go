package client_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// A server that stops and starts again on the same port: the client comes back, and leaves nothing behind.
func TestReconnectRestart(t *testing.T) {
	for scheme, serve := range map[string]func(net.Conn){"ws": echo, "wss": overTLS(serverTLS(), echo)} {
		t.Run(scheme, func(t *testing.T) {
			noLeaks(t)
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			s := startServer(ln, serve)
			states := make(chan client.State, 1000)
			o := &client.ReconnectOptions{
				FirstDelay: time.Millisecond,
				MaxDelay:   20 * time.Millisecond,
				OnState:    func(s client.State) { states <- s },
			}
			o.Dial.TLSConfig = &tls.Config{RootCAs: trusted}
			r, err := client.NewReconnecting(scheme+"://"+s.addr, o)
			if err != nil {
				t.Fatal(err)
			}
			over := make(chan error, 1)
			echoed := make(chan string, 1)
			go func() {
				for m, err := range r.Messages(context.Background()) {
					if err != nil {
						over <- err
						return
					}
					echoed <- string(m.Data)
				}
			}()
			for i := range 5 {
				until(states, client.PhaseConnected)
				m := fmt.Sprint("Hello ", i)
				if err := r.WriteText(t.Context(), m); err != nil {
					t.Fatal(err)
				}
				want(t, echoed, m)
				s.close()
				until(states, client.PhaseWaiting)
				until(states, client.PhaseWaiting) // after an attempt that failed
				if ln, err = net.Listen("tcp", s.addr); err != nil {
					t.Fatal(err)
				}
				s = startServer(ln, serve)
			}
			until(states, client.PhaseConnected)
			if err := r.Close(t.Context(), websocket.CloseNormal, ""); err != nil {
				t.Error(err)
			}
			wantError(t, <-over, websocket.ErrClosed)
			s.close()
		})
	}
}

func until(states <-chan client.State, phase client.Phase) {
	for (<-states).Phase != phase {
	}
}

package wstest

import (
	"context"
	"net"
	"testing"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Listen runs handle for each connection and returns the URL.
func Listen(t testing.TB, handle func(ctx context.Context, c *websocket.Conn) error) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server.Server{Handle: handle}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return "ws://" + l.Addr().String() + "/"
}

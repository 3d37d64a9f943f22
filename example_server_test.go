package rfc6455_test

import (
	"context"
	"net/http"
	"time"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// echo sends each message back. When it returns, the connection is closed.
func echo(ctx context.Context, c *websocket.Conn) error {
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := c.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

func newServer(addr string) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("/echo", server.Handler(echo, nil))
	return &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
}

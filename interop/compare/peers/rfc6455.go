package peers

import (
	"context"
	"net"
	"net/http"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
)

var (
	raw = Peer{
		Name: "rfc6455", Title: "rfc6455", UTF8: always,
		Serve: func(l net.Listener) error { return server.Handler(echo, nil).Serve(l) },
	}
	overHTTP = Peer{
		Name: "rfc6455-http", Title: "rfc6455 with net/http", UTF8: always,
		Serve: func(l net.Listener) error { return http.Serve(l, server.Handler(echo, nil)) },
	}
)

// echo answers what came with one read by one write.
func echo(_ context.Context, c *protocol.Conn) error {
	ctx := context.Background() // the connection's end interrupts it
	answers := c.Batch()
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := answers.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

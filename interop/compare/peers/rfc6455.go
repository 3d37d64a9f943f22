package peers

import (
	"context"
	"net"
	"net/http"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

var (
	raw = Peer{
		Name: "rfc6455", Title: "rfc6455", UTF8: always,
		Serve:     func(l net.Listener, c websocket.Compression) error { return handler(c).Serve(l) },
		Broadcast: func(l net.Listener) error { return relayRFC6455().Serve(l) },
	}
	overHTTP = Peer{
		Name: "rfc6455-http", Title: "rfc6455 with net/http", UTF8: always,
		Serve:     func(l net.Listener, c websocket.Compression) error { return http.Serve(l, handler(c)) },
		Broadcast: func(l net.Listener) error { return http.Serve(l, relayRFC6455()) },
	}
)

func handler(c websocket.Compression) *server.Server {
	return server.Handler(echo, &server.Options{Compression: c, Conn: websocket.Options{MaxMessage: maxMessage}})
}

// echo answers what came with one read by one write.
func echo(_ context.Context, c *websocket.Conn) error {
	ctx := context.Background() // the connection's end interrupts it
	answers := c.Batch()
	for m, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
		if err := answers.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

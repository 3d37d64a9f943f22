// Package chat is the chat of gorilla/websocket's examples: whoever connects
// hears what anybody says. Limits, pings, time-outs, the queue for those who
// are behind and the end of those who stay behind are options or defaults here.
package chat

import (
	"bytes"
	"context"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

const room = "chat"

// New returns a chat, an http.Handler that is ready to serve.
func New() *server.Server {
	var h hub.Hub
	return server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		if _, err := h.Subscriber(ctx, c).Join(ctx, room, hub.NoHistory); err != nil {
			return err
		}
		for m, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			text := bytes.TrimSpace(bytes.ReplaceAll(m.Data, []byte("\n"), []byte(" ")))
			if _, err := h.Publish(ctx, room, hub.Message{Type: websocket.Text, Data: text}); err != nil {
				return err
			}
		}
		return nil
	}, &server.Options{Conn: websocket.Options{MaxMessage: 512}})
}

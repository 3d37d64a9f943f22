package demo

import (
	"context"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
)

// chat is people who talk.
type chat struct{ hub server.Hub }

func newChat() room {
	c := &chat{hub: server.Hub{History: 100}}
	return room{
		Path:  "chat",
		Title: "Chat",
		About: "Rooms, names, who is here and who is typing. A lost connection comes back to where it was, without a message lost or shown twice.",
		File:  "chat.go",
		serve: c.serve,
	}
}

func (c *chat) serve(ctx context.Context, conn *protocol.Conn) error {
	if err := c.hub.Subscriber(ctx, conn).Join(ctx, "chat", 0); err != nil {
		return err
	}
	for m, err := range conn.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := c.hub.Publish(ctx, "chat", server.Message{Type: m.Type, Data: m.Data}); err != nil {
			return err
		}
	}
	return nil
}

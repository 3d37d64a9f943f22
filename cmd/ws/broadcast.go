package main

import (
	"context"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
)

const (
	// queueLength is how many messages wait for a receiver before it holds up
	// the senders.
	queueLength = 32
	// patience is how long it may do so without reading.
	patience = 2 * time.Second
	// everybody is the topic of a room.
	everybody = "everybody"
)

// room is the connections that get each other's messages, all in the same
// order.
type room struct{ hub server.Hub }

func newRoom() *room {
	return &room{server.Hub{MaxQueue: queueLength, Full: server.Block, Patience: patience}}
}

// serve has c take part until it ends.
func (r *room) serve(c *protocol.Conn) error {
	ctx := context.Background()
	s := r.hub.Subscriber(ctx, c)
	defer s.Close()
	if err := s.Join(ctx, everybody, server.NoHistory); err != nil {
		return err
	}
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := r.hub.Publish(ctx, everybody, server.Message{Type: m.Type, Data: m.Data}); err != nil {
			return err
		}
	}
	return nil
}

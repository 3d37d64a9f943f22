package serve

import (
	"context"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
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
type room struct{ hub hub.Hub }

func newRoom() *room {
	return &room{hub.Hub{MaxQueue: queueLength, Full: hub.Block, Patience: patience}}
}

// serve has c take part until it ends.
func (r *room) serve(c *websocket.Conn) error {
	ctx := context.Background()
	s := r.hub.Subscriber(ctx, c)
	defer s.Close()
	if _, err := s.Join(ctx, everybody, hub.NoHistory); err != nil {
		return err
	}
	for m, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
		if _, err := r.hub.Publish(ctx, everybody, hub.Message{Type: m.Type, Data: m.Data}); err != nil {
			return err
		}
	}
	return nil
}

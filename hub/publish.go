package hub

import (
	"context"
	"slices"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Message is a message of a topic.
type Message struct {
	// Seq is its number, given by the [Backplane]: greater than those of all messages of the topic before it, also
	// before this process was started. It is less than 1<<53, which is the most that JavaScript counts up to by
	// ones.
	Seq uint64
	// Type is Text or Binary, perhaps with Plain.
	Type websocket.Type
	// Key, if not "", says that this message makes earlier ones of the topic with the same Key pointless: they
	// are not sent to a subscriber that is behind.
	Key string
	// Data is what was published.
	Data []byte

	// Of a Hub in this process that published it:
	prepared *websocket.PreparedMessage // Data, if it has no Prepare
	call     *call                      // who is told of a panic in Prepare
}

// Publish sends messages to all subscribers of topic in whatever process they are, one after the other, with one write
// where they are small. A Seq in them is ignored. It returns nil when they have been written or queued for each
// subscriber in this process, unless there is a Backplane that does that later. No Data is kept.
//
// If ctx ends before the messages have their places in the order none is sent and the error is ctx.Err(). Later they
// are handed out all the same, which Block puts off for no longer than Patience: a publisher that goes away costs
// nobody a message. A *websocket.SendError says that a message's Data may not be sent, an *Error that there are too
// many topics: none is sent then, either. A *PanicError says that Prepare has panicked for a message, the first one if
// there are several: the others have been sent. Other errors are the Backplane's.
func (h *Hub) Publish(ctx context.Context, topic string, m ...Message) error {
	m = slices.Clone(m)
	c := new(call)
	for i := range m {
		m[i].call = c
		if h.Prepare != nil {
			continue
		}
		var err error
		if m[i].prepared, err = websocket.Prepare(m[i].Type, m[i].Data); err != nil {
			return err
		}
	}
	if h.History > 0 {
		if err := h.keep(ctx, topic); err != nil {
			return err
		}
	}
	return c.end(h.backplane().Publish(ctx, topic, m...))
}

func (h *Hub) backplane() Backplane {
	if h.Backplane != nil {
		return h.Backplane
	}
	return &h.own
}

// prepare returns what is sent of m, nil for nothing.
func (h *Hub) prepare(topic string, m Message) (p *websocket.PreparedMessage) {
	switch {
	case h.Prepare != nil:
		if panicked := catch(func() { p = h.Prepare(topic, m) }); panicked != nil {
			m.call.fail(panicked)
		}
		return p
	case m.prepared != nil:
		return m.prepared
	}
	p, err := websocket.Prepare(m.Type, m.Data)
	if err != nil {
		return nil
	}
	return p
}

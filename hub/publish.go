package hub

import (
	"context"
	"errors"
	"slices"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Publish sends messages to all subscribers of topic in whatever process they are, one after the other, with one write
// where they are small, and returns the position of the last. An At in them is ignored. It returns when they have been
// written or queued for each subscriber in this process, unless there is a Backplane that does that later. No Data is
// kept.
//
// If ctx ends before the messages have their places in the order none is sent and the error is ctx.Err(). Later they
// are handed out all the same: a publisher that goes away costs nobody a message. An error that matches ErrUncertain
// says that messages may have been sent or not; with an ID they can be published again. It is the Backplane's, or that
// of Block, which sends what does not fit into an empty queue in parts and was interrupted in between.
//
// A *websocket.SendError says that a message's Data may not be sent, an *Error that there are too many topics, or names
// what is wrong with the message: none is sent then, either. A *PanicError says that Prepare has panicked for a message,
// the first one if there are several: the others have been sent. After Close it matches net.ErrClosed. Other errors are
// the Backplane's: nobody gets the first of the messages then, nor those after it.
func (h *Hub) Publish(ctx context.Context, topic string, m ...Message) (Position, error) {
	h.start()
	m = slices.Clone(m)
	c := &call{hub: h}
	for i := range m {
		m[i].call = c
		if err := h.check(&m[i]); err != nil {
			return Position{}, err
		}
	}
	at, err := h.publish(ctx, topic, m)
	h.count(int64(len(m)), err)
	return at, c.end(err)
}

// check checks m, and prepares it unless that is up to Prepare.
func (h *Hub) check(m *Message) (err error) {
	if err := m.Check(); err != nil || h.Prepare != nil {
		return err
	}
	m.prepared, err = websocket.Prepare(m.Type, m.Data)
	return err
}

func (h *Hub) publish(ctx context.Context, topic string, m []Message) (Position, error) {
	if err := h.usable(); err != nil {
		return Position{}, err
	}
	if h.History > 0 && h.Backplane == nil {
		if _, err := h.open(ctx, topic); err != nil {
			return Position{}, err
		}
	}
	if h.Full == Block {
		return h.publishWaiting(ctx, topic, m)
	}
	return h.backplane().Publish(ctx, topic, m...)
}

// count counts n messages that were published.
func (h *Hub) count(n int64, err error) {
	c := &h.counts
	switch {
	case err == nil:
		c.published.Add(n)
	case errors.Is(err, ErrUncertain):
		c.uncertain.Add(n)
		fallthrough
	default:
		c.failed.Add(n)
	}
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

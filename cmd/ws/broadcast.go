package main

import (
	"context"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

const (
	// queueLength is how many messages wait for a receiver before it holds up
	// the senders.
	queueLength = 32
	// patience is how long one that does not read may do so.
	patience = 2 * time.Second
)

// room is the connections that get each other's messages, all in the same
// order. The zero value is an empty one.
type room struct {
	mu      sync.Mutex // also held while a message is handed out: that is the order
	members map[*member]struct{}
}

// member is a connection in a room. A goroutine of its own writes to it, so
// that a receiver that does not read holds up nobody but itself, until its
// queue is full.
type member struct {
	conn  *protocol.Conn
	queue chan *protocol.PreparedMessage
}

// serve has c take part until it ends.
func (r *room) serve(c *protocol.Conn) error {
	m := &member{c, make(chan *protocol.PreparedMessage, queueLength)}
	var writing sync.WaitGroup
	writing.Go(m.write)
	defer writing.Wait()
	r.join(m)
	defer r.leave(m)
	for message, err := range c.Messages(context.Background()) {
		if err != nil {
			return err
		}
		prepared, err := protocol.Prepare(message.Type, message.Data)
		if err != nil {
			return err
		}
		r.send(prepared)
	}
	return nil
}

func (r *room) join(m *member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.members == nil {
		r.members = make(map[*member]struct{})
	}
	r.members[m] = struct{}{}
}

// leave ends the membership, and write with it.
func (r *room) leave(m *member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.members, m)
	close(m.queue)
}

// send hands a message out: first to all who have room for it, then to the
// others, who have patience together. Those who still do not take it have to
// leave.
func (r *room) send(p *protocol.PreparedMessage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var late []*member
	for m := range r.members {
		if !m.offer(p) {
			late = append(late, m)
		}
	}
	if len(late) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, m := range late {
		if !m.waitFor(ctx, p) {
			delete(r.members, m)
			go m.conn.Close(context.Background(), protocol.CloseTryAgainLater, "messages are not read")
		}
	}
}

// offer queues p if there is room for it.
func (m *member) offer(p *protocol.PreparedMessage) bool {
	select {
	case m.queue <- p:
		return true
	default:
		return false
	}
}

// waitFor queues p when there is room for it. It reports false if that does not
// come about.
func (m *member) waitFor(ctx context.Context, p *protocol.PreparedMessage) bool {
	select {
	case m.queue <- p:
		return true
	case <-m.conn.Done():
		return false
	case <-ctx.Done():
		return m.offer(p)
	}
}

// write sends what is queued: what waits together leaves together. Messages
// that cannot be sent any more are dropped, because the connection is over.
func (m *member) write() {
	ctx := context.Background()
	batch := m.conn.Batch()
	for p := range m.queue {
		batch.WritePrepared(ctx, p)
		for range len(m.queue) {
			batch.WritePrepared(ctx, <-m.queue)
		}
		batch.Flush(ctx)
	}
}

package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

const (
	// queueLength is how many messages wait for a receiver before it holds up
	// the senders.
	queueLength = 32
	// patience is how long it may do so without reading.
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
	began atomic.Int64 // when the write under way began, in ns since 1970, 0 if none is
}

// serve has c take part until it ends.
func (r *room) serve(c *protocol.Conn) error {
	m := &member{conn: c, queue: make(chan *protocol.PreparedMessage, queueLength)}
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
// others. Those who still do not take it have to leave.
func (r *room) send(p *protocol.PreparedMessage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var late []*member
	for m := range r.members {
		if !m.offer(p) {
			late = append(late, m)
		}
	}
	for _, m := range late {
		if !m.waitFor(p) {
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
// come about before patience with the write under way is over: so several who do
// not read are waited for together, not one after the other.
func (m *member) waitFor(p *protocol.PreparedMessage) bool {
	left := patience
	if began := m.began.Load(); began != 0 {
		left -= time.Since(time.Unix(0, began))
	}
	late := time.NewTimer(left)
	defer late.Stop()
	select {
	case m.queue <- p:
		return true
	case <-m.conn.Done():
		return false
	case <-late.C:
		return m.offer(p)
	}
}

// write sends what is queued: what waits together leaves together. Messages
// that cannot be sent any more are dropped, because the connection is over.
func (m *member) write() {
	ctx := context.Background()
	batch := m.conn.Batch()
	for p := range m.queue {
		m.began.Store(time.Now().UnixNano())
		for range len(m.queue) {
			batch.WritePrepared(ctx, p)
			p = <-m.queue
		}
		m.conn.WritePrepared(ctx, p) // and with it the batch
		m.began.Store(0)
	}
}

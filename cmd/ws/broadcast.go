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

// member is a connection in a room. Senders write to it without waiting. While
// it is behind they queue messages for a goroutine of its own, so that a
// receiver that does not read holds up nobody but itself, until its queue is
// full.
type member struct {
	conn    *protocol.Conn
	owed    atomic.Int64 // messages that were queued and not written: it is behind
	queue   chan *protocol.PreparedMessage
	writing sync.WaitGroup // of the goroutine, which there is while some are
	began   atomic.Int64   // when its write under way began, in ns since 1970, 0 if none is
}

// serve has c take part until it ends.
func (r *room) serve(c *protocol.Conn) error {
	m := &member{conn: c, queue: make(chan *protocol.PreparedMessage, queueLength)}
	defer m.writing.Wait()
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

func (r *room) leave(m *member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.members, m)
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

// offer writes p if m is not behind, and otherwise queues it if there is room.
func (m *member) offer(p *protocol.PreparedMessage) bool {
	if m.owed.Load() == 0 {
		if taken, err := m.conn.TryWritePrepared(p); taken || err != nil {
			return true // after an error the connection is over
		}
	}
	select {
	case m.queue <- p:
		m.queued()
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
		m.queued()
		return true
	case <-m.conn.Done():
		return false
	case <-late.C:
		return m.offer(p)
	}
}

// queued sees to it that a message that was queued gets written.
func (m *member) queued() {
	if m.owed.Add(1) == 1 {
		m.writing.Go(func() {
			for m.owed.Add(-m.write()) > 0 {
			}
		})
	}
}

// write sends what is queued and returns how many messages that was: what waits
// together leaves together. Messages that cannot be sent any more are dropped,
// because the connection is over.
func (m *member) write() int64 {
	ctx := context.Background()
	batch := m.conn.Batch()
	m.began.Store(time.Now().UnixNano())
	p := <-m.queue
	more := len(m.queue)
	for range more {
		batch.WritePrepared(ctx, p)
		p = <-m.queue
	}
	m.conn.WritePrepared(ctx, p) // and with it the batch
	m.began.Store(0)
	return int64(1 + more)
}

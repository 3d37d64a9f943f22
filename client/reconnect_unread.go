package client

import (
	"context"

	"github.com/seed372fb791/rfc6455/websocket"
)

// messageOverhead is what a message takes beside its bytes, so that empty ones have a bound too.
const messageOverhead = 32

// unread has the messages that were received and that nobody has read yet.
type unread struct {
	max   int // in bytes
	queue []websocket.Message
	bytes int // of the queue
}

// isFull reports whether nothing more is to be received. The last message may go beyond the limit: how long it is
// shows when it is there.
func (u *unread) isFull() bool { return u.bytes >= u.max }

func (u *unread) add(m websocket.Message) {
	u.queue = append(u.queue, m)
	u.bytes += len(m.Data) + messageOverhead
}

// next takes the oldest message. There is one.
func (u *unread) next() websocket.Message {
	m := u.queue[0]
	u.queue[0] = websocket.Message{}
	if u.queue = u.queue[1:]; len(u.queue) == 0 {
		u.queue = nil // without the memory of those that were in it
	}
	u.bytes -= len(m.Data) + messageOverhead
	return m
}

// receive reads from c until it comes to its end, and returns how. So Pings are answered and the end is noticed
// whether the application reads or not.
func (r *Reconnecting) receive(c *websocket.Conn) (err error) {
	for m, err := range c.Messages(context.Background()) {
		if err != nil {
			return err
		}
		r.keep(m)
		r.awaitRoom(c)
	}
	return err
}

// keep has the next call of Read that needs one return m.
func (r *Reconnecting) keep(m websocket.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unread.add(m)
	r.wake()
}

// awaitRoom returns when there is room for another message, or c has come to its end: what it holds then is all
// there will be.
func (r *Reconnecting) awaitRoom(c *websocket.Conn) {
	for changed := r.untilRoom(); changed != nil; changed = r.untilRoom() {
		select {
		case <-changed:
		case <-c.Done():
			return
		}
	}
}

// untilRoom returns nil if there is room, and otherwise a channel that is closed when it is time to look again.
func (r *Reconnecting) untilRoom() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.unread.isFull() {
		return nil
	}
	return r.untilChanged()
}

package websocket

import "context"

// WritePrepared is Write for a message that goes to many connections. A server
// writes the bytes of a long m themselves, not a copy.
func (c *Conn) WritePrepared(ctx context.Context, m *PreparedMessage) error {
	_, err := c.send(ctx, &outgoing{prepared: m, typ: m.Type(), fin: true})
	return err
}

// TryWritePrepared sends messages, one after the other, without waiting, for
// programs that send to many and must not be held up by one. It returns false and
// nil if something is in the way: what was written before and has not left yet, or
// a MessageWriter that has not ended. Then none is sent: WritePrepared would
// wait. What waits in a Batch is not in the way, it leaves before them.
//
// A socket (but not on Windows) and a Pipe are written to at once, by one
// system call; a server copies and allocates nothing for a single message. What
// they have no room for, and what is for any other transport, TLS among them, a
// goroutine writes. True says that all have their place in the order.
//
// The errors are those of Write. Safe for concurrent use.
func (c *Conn) TryWritePrepared(m ...*PreparedMessage) (taken bool, err error) {
	if len(m) == 0 {
		return true, nil
	}
	flow, taken, err := c.takePrepared(m)
	if !taken {
		return false, err
	}
	err = c.flushNow(flow)
	return err == nil, err
}

// takePrepared gives all the messages their places and takes them with the right
// to write, if nothing is in the way.
func (c *Conn) takePrepared(messages []*PreparedMessage) (flow *outflow, taken bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.sending
	err = c.maySend(context.Background(), &outgoing{})
	if err != nil || s.writing || s.writer != nil || !s.line.empty() {
		return nil, false, err
	}
	if len(messages) == 1 && c.ep.Role() == Server {
		flow, err = c.takeLarge(&outgoing{prepared: messages[0], typ: messages[0].Type(), fin: true})
		return flow, err == nil, err
	}
	for _, m := range messages {
		next := outgoing{prepared: m, typ: m.Type(), fin: true}
		c.lendFor(&next)
		if err := c.place(&next); err != nil {
			return nil, false, err
		}
	}
	return c.take(), true, nil
}

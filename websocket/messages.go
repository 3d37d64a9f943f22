package websocket

import (
	"context"
	"iter"
)

// Message is a message that a loop yields.
type Message struct {
	Type Type
	Data []byte
}

// Messages returns an iterator over the messages that arrive, each in memory
// that is the caller's to keep. It ends with the error that Read would return; a
// message is only good if the error is nil.
//
//	for m, err := range c.Messages(ctx) {
//		if err != nil {
//			return err
//		}
//		// use m
//	}
//
// The loop's body may write, close and read. Close keeps up to 1 MiB of what
// arrives meanwhile for the loop; leave the loop first if that is not wanted.
func (c *Conn) Messages(ctx context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) { c.loop(ctx, yield, false) }
}

// BorrowMessages is Messages without a copy: it lends Data until the next turn of
// the loop, or its end. Whatever happens to the connection meanwhile, Data stays as it
// is; afterwards other bytes stand there. In builds with the race detector it is
// overwritten then, so that a program's tests find who keeps it.
//
// Nothing is allocated for a message that fits into a buffer of the pool, and
// nothing is held while the loop waits.
func (c *Conn) BorrowMessages(ctx context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) { c.loop(ctx, yield, true) }
}

// loop yields messages until the application leaves, or there are no more. In the
// body it has a claim to go on, but not the right to read.
func (c *Conn) loop(ctx context.Context, yield func(Message, error) bool, borrow bool) {
	l := loop{c: c}
	defer l.end()
	for {
		l.release()
		err := c.startRead(ctx)
		if err == nil {
			l.reads = true
			if c.hasNothing() { // wait here, where the goroutine's stack is still small
				if err = c.checkRate(ctx); err == nil {
					err = c.fill(ctx, nil)
				}
				err = c.endOf(err)
			}
		}
		var m Message
		switch {
		case err != nil:
		case borrow:
			m, err = l.lend(ctx)
		default:
			m.Type, m.Data, err = c.readMessage(ctx, nil)
		}
		l.pause()
		if !yield(m, err) || err != nil {
			return
		}
	}
}

// loop is a loop over messages, with what it has lent to its body.
type loop struct {
	c       *Conn
	reads   bool // it has the right to read
	claimed bool // it has a claim to it

	lent   []byte      // in memory that nobody needs otherwise, in buffer, or of a pool
	pooled bool        // lent is memory of a pool
	buffer *readBuffer // which lent lies in
}

// pause gives the right to read back, for a claim.
func (l *loop) pause() {
	if !l.reads {
		return
	}
	claims := 0
	if !l.claimed {
		claims, l.claimed = 1, true
	}
	l.reads = false
	l.c.stopRead(claims)
}

// end gives up what the loop has.
func (l *loop) end() {
	l.pause() // a hook may have panicked
	l.release()
	if l.claimed {
		l.c.receiving.unclaim()
	}
}

// lend returns the next message where it lies in the read buffer if it lies
// there whole.
func (l *loop) lend(ctx context.Context) (Message, error) {
	c, in := l.c, &l.c.receiving.incoming
	var err error
	if in.typ == 0 && c.receiving.reader == nil {
		err = c.more(ctx, nil) // as begin would, deeper in the stack
	} else {
		err = c.begin(ctx)
	}
	if err != nil {
		return Message{}, err
	}
	if !in.fin || c.ep.Deflate() != nil { // the inflater's memory goes with the next event
		return l.lendCopy(ctx)
	}
	l.lent = in.data
	if b := c.readInto(); b != nil {
		l.buffer = b
		b.users.Add(1)
	}
	m := Message{in.typ, in.data}
	c.tookMessage(len(m.Data))
	return m, nil
}

// readInto returns the read buffer that the last bytes were read into, nil if there
// is none or Close reads, which has its own and copies.
func (c *Conn) readInto() *readBuffer {
	if c.receiving.right.isPumped() {
		return nil
	}
	return c.receiving.buf
}

// lendCopy returns the next message in memory of a pool.
func (l *loop) lendCopy(ctx context.Context) (Message, error) {
	c, in := l.c, &l.c.receiving.incoming
	a := assembly{buf: getBuffer(len(in.data) + min(c.expected(), bigBuffer))[:0], pooled: true}
	typ, err := c.assemble(ctx, &a)
	l.lent, l.pooled = a.buf, a.pooled
	if err != nil {
		return Message{}, err
	}
	return Message{typ, a.buf}, nil
}

// expected is how many bytes of the message are missing, as far as that is known.
func (c *Conn) expected() int {
	r := &c.receiving
	if r.incoming.fin || r.right.isPumped() {
		return 0
	}
	return min(c.ep.Want(), max(firstGrowth, r.longest))
}

// release takes back what was lent.
func (l *loop) release() {
	if l.pooled {
		putBuffer(l.lent)
	} else {
		poison(l.lent)
	}
	if l.buffer != nil {
		l.buffer.release()
	}
	l.lent, l.pooled, l.buffer = nil, false, nil
}

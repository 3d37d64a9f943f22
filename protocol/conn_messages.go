package protocol

import (
	"context"
	"iter"
)

// Message is a message that Messages yields.
type Message struct {
	Type Type
	Data []byte // valid until the next turn of the loop
}

// Messages returns an iterator over the messages that arrive. It ends with the
// error that Read would return, a nil error never comes; the message is only
// good if the error is nil.
//
//	for m, err := range c.Messages(ctx) {
//		if err != nil {
//			return err
//		}
//		// use m.Data, copy what is to stay
//	}
//
// Nothing is allocated for a message that fits into a buffer of the pool, and
// nothing is held while the loop waits. The loop's body may write, and close. It
// may also read, but on a socket that takes another descriptor: call Read in a
// loop where messages are read in several places.
//
// On a socket that ends right behind a message, without a Close frame, the loop
// may notice a second or two later.
func (c *Conn) Messages(ctx context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for {
			begun, more := c.yieldArriving(ctx, yield)
			if !more || !c.yieldMessage(ctx, yield, begun) {
				return
			}
		}
	}
}

// yieldMessage yields the next message and reports whether the loop goes on.
// If it has begun to arrive the receiving side has been taken already.
func (c *Conn) yieldMessage(ctx context.Context, yield func(Message, error) bool, begun bool) bool {
	if !begun {
		if err := c.startRead(ctx); err != nil {
			yield(Message{}, err)
			return false
		}
	}
	m, memory, err := c.borrowMessage(ctx)
	c.lent = memory == nil
	c.stopRead()
	more := yield(m, err) && err == nil
	putBuffer(memory)
	return more
}

// borrowMessage returns the next message where it lies in the read buffer if
// it lies there whole, and otherwise in memory that is to be given back.
func (c *Conn) borrowMessage(ctx context.Context) (m Message, memory []byte, err error) {
	c.lent = false
	if c.partial == nil {
		ev, err := c.next(ctx, nil)
		if err != nil {
			return Message{}, nil, err
		}
		if ev.Fin {
			c.stats.messagesRead.Add(1)
			return Message{ev.Type, ev.Data}, nil, nil
		}
		c.partial = ev.Data
	}
	expected := min(len(c.partial)+c.ep.Want(), max(firstGrowth, int(c.longest)))
	memory = append(getBuffer(expected)[:0], c.partial...)
	c.partial = nil
	m.Type, memory, err = c.assemble(ctx, memory)
	m.Data = memory
	return m, memory, err
}

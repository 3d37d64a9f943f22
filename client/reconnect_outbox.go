package client

import (
	"fmt"
	"slices"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Outbox is what becomes of the messages that are written while there is no connection. It takes messages until
// it is full; they are sent in their order over the next connection, after OnConnect and before anything else.
//
// The zero value holds none, so it is always full, and Full waits: Write returns nil only when the transport has
// taken the message.
type Outbox struct {
	// MaxMessages is how many messages the outbox holds.
	MaxMessages int
	// MaxBytes is how many bytes they have together. Zero stands for 1 MiB.
	MaxBytes int
	// Full says what becomes of a message that finds no room.
	Full Overflow
}

const defaultMaxBytes = 1 << 20

// Overflow is what becomes of a message for which the outbox has no room.
type Overflow uint8

const (
	// OverflowWaits has Write wait for a connection, or for its context to end.
	OverflowWaits Overflow = iota
	// OverflowDropsOldest makes room: OnDrop is told of the messages that go. One that would not even fit into
	// the empty outbox is refused as by OverflowFails.
	OverflowDropsOldest
	// OverflowFails has Write return an *OutboxError.
	OverflowFails
)

// OutboxError says that a message was not sent because there was no connection and no room in the outbox.
type OutboxError struct {
	Option string // the option that raises the limit, such as "Outbox.MaxBytes"
	Limit  int    // its value
}

// Error names the option and its value.
func (e *OutboxError) Error() string {
	return fmt.Sprintf("websocket: not sent: no connection and no room in the outbox, ReconnectOptions.%s is %d",
		e.Option, e.Limit)
}

// check returns nil if o can be used, or an *websocket.OptionError.
func (o Outbox) check() error {
	switch {
	case o.MaxMessages < 0:
		return &websocket.OptionError{Option: "Outbox.MaxMessages", Value: o.MaxMessages, Want: "0 or more"}
	case o.MaxBytes < 0:
		return &websocket.OptionError{Option: "Outbox.MaxBytes", Value: o.MaxBytes, Want: "0 or more"}
	case o.Full > OverflowFails:
		return &websocket.OptionError{Option: "Outbox.Full", Value: int(o.Full), Want: "one of the constants"}
	}
	return nil
}

// outbox is an Outbox in use.
type outbox struct {
	Outbox
	queue []websocket.Message
	bytes int // of the queue
}

// full returns the limit that is in the way of n bytes more in a queue with messages and bytes, nil if none is.
func (o *outbox) full(messages, bytes, n int) *OutboxError {
	switch {
	case messages >= o.MaxMessages:
		return &OutboxError{"Outbox.MaxMessages", o.MaxMessages}
	case n > o.MaxBytes-bytes:
		return &OutboxError{"Outbox.MaxBytes", o.MaxBytes}
	}
	return nil
}

// add puts a copy of a message at the end of the queue. If there is no room it does what Full says: err refuses
// the message, wait says that it has to wait. drop is told of messages that made room.
func add[P []byte | string](
	o *outbox, typ websocket.Type, p P, drop func(websocket.Message, error),
) (wait bool, err error) {
	for {
		full := o.full(len(o.queue), o.bytes, len(p))
		switch {
		case full == nil:
			o.queue = append(o.queue, websocket.Message{Type: typ, Data: append([]byte(nil), p...)})
			o.bytes += len(p)
			return false, nil
		case o.Full == OverflowWaits:
			return true, nil
		case o.Full == OverflowFails || o.full(0, 0, len(p)) != nil:
			return false, full
		}
		oldest, _ := o.next()
		drop(oldest, full)
	}
}

// putBack makes m, which was the oldest message, that again. For it there is always room.
func (o *outbox) putBack(m websocket.Message) {
	o.queue = slices.Insert(o.queue, 0, m)
	o.bytes += len(m.Data)
}

// next takes the oldest message.
func (o *outbox) next() (m websocket.Message, ok bool) {
	if len(o.queue) == 0 {
		o.queue = nil // without the memory of those that were in it
		return websocket.Message{}, false
	}
	m = o.queue[0]
	o.queue[0] = websocket.Message{}
	o.queue = o.queue[1:]
	o.bytes -= len(m.Data)
	return m, true
}

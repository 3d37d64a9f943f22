package hub

import (
	"context"
	"errors"
)

// Backplane connects the Hubs of several processes: what one of them publishes is delivered to all that have
// subscribed to the topic, its own process included. There it comes back through the backplane, too: so the order is
// the same everywhere, a message is numbered in one place, and one that the backplane has not taken nobody has seen.
// The price is that it takes as long to the publisher's own subscribers as to others.
//
// MemoryBackplane is the one to read, package hubtest the test that each has to pass. What a Backplane has to see to,
// besides being safe for concurrent use:
//
//   - It numbers messages, if it can: a number and the place in the order are taken by one step of the broker (a script
//     of Redis, the place in a stream of JetStream). When numbers may come again for other messages it begins another
//     Epoch. One that has no numbers leaves Message.At and the Positions zero.
//   - It delivers at most once, and those of a topic in their order.
//   - It connects again by itself when it loses the broker. It says so by Receiver.Lost, for each topic, subscribes
//     again, and says Receiver.Subscribed. It says Lost, too, when it had to drop messages. What was missed meanwhile
//     the Hub reads from a Rememberer, or tells subscribers of the gap.
//   - Publish does not return nil for what may be lost, as far as the broker tells.
//
// A Backplane that also is a [Rememberer] or a [Status] says more. Whoever made a Backplane closes it, after the Hubs.
type Backplane interface {
	// Publish sends messages to all who have subscribed to topic, one after the other, and returns the position of the
	// last. Their At is ignored, no Data is kept. A message with an ID that it has sent already within its window is
	// not sent again; its position is that of the first, zero if the broker does not tell.
	//
	// An error that matches ErrUncertain says that messages may have been sent or not: with an ID they can be published
	// again. After other errors nobody gets the first of them, nor those after it.
	Publish(ctx context.Context, topic string, m ...Message) (Position, error)

	// Subscribe has r told of the messages of topics, until Unsubscribe. It returns nil when the broker has taken the
	// subscriptions: then, or before it returns, Subscribed follows for each. If it returns an error there is no
	// subscription to any of them. ctx bounds the call only. A Hub has one subscription to a topic at a time. A
	// Backplane that serves one Receiver only returns an error to another.
	Subscribe(ctx context.Context, r Receiver, topics ...string) error

	// Unsubscribe ends what Subscribe has begun. It does not wait for calls of r under way, nor for the broker; but a
	// later Subscribe comes after it.
	Unsubscribe(r Receiver, topics ...string)

	// Close ends all subscriptions and lets go of what the backplane has opened itself. Publish and Subscribe return an
	// error after it that matches net.ErrClosed. ctx bounds the waiting for what is under way. To close it again
	// changes nothing.
	Close(ctx context.Context) error
}

// Rememberer is a [Backplane] whose broker keeps messages.
type Rememberer interface {
	// History returns the messages of topic after a position, in their order: the newest limit of them, at most. A zero
	// since is before all, and is answered with what is kept. end is the position of the last message of the topic, with
	// a Seq of 0 if there never was one; messages up to end are among those returned, and perhaps some after it.
	//
	// An error that matches ErrGap says that messages after since are missing from the result: they are not kept any
	// more, there are more than limit, or since is of another epoch. Then the result is what there is. With other errors
	// there is none.
	History(ctx context.Context, topic string, since Position, limit int) (m []Message, end Position, err error)
}

// Status is a [Backplane] that knows whether it has its broker.
type Status interface {
	// Watch calls f at once, and again with each change, until stop is called: up says whether the broker can be
	// reached, cause why not: after Close it cannot, for a cause that matches net.ErrClosed. f does not block, and is not
	// called after stop has returned.
	Watch(f func(up bool, cause error)) (stop func())
}

// Receiver takes what a [Backplane] delivers. For a topic its methods are called one after the other. None of them
// blocks: a connection to a broker is read by one goroutine for all topics.
type Receiver interface {
	// Subscribed says that messages of topic after a position will be delivered from now on. It is zero if the
	// backplane has no numbers. It comes first, and again after each Lost.
	Subscribed(topic string, at Position)

	// Deliver takes the next messages, several where several are there: then each subscriber gets them by one write. No
	// Data is kept.
	Deliver(topic string, m ...Message)

	// Lost says that messages may be missing between the last one delivered and the next, and why. Nothing is delivered
	// before Subscribed comes again.
	Lost(topic string, cause error)
}

// What a Backplane's errors match.
var (
	// ErrUncertain says that messages may have been sent or not.
	ErrUncertain = errors.New("websocket: the message may have been sent or not")
	// ErrGap says that messages are missing.
	ErrGap = errors.New("websocket: messages are missing from the history")
)

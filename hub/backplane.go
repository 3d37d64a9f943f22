package hub

import "context"

// Backplane connects the Hubs of several processes: what one of them publishes is delivered to all that have
// subscribed to the topic, its own process included. There it comes back through the backplane, too: so the order is
// the same everywhere, a message is numbered in one place, and one that the backplane has not taken nobody has seen.
// The price is that it takes as long to the publisher's own subscribers as to others.
//
// What a Backplane has to see to, besides being safe for concurrent use:
//
//   - It numbers messages: see Message.Seq. A counter for each topic in the broker does, if a message takes its
//     number and its place in the order by one step (a script of Redis, a transaction of Postgres), and so does the
//     place of a message in a log (Kafka, NATS JetStream).
//   - It delivers at most once, and those of a topic in the order of their numbers. A Hub ignores a message whose
//     number is not greater than the last.
//   - It connects again by itself when it loses the broker, and then goes on where it was if the broker keeps
//     messages. Otherwise it says so by Receiver.Lost, and resuming clients are told of the gap.
//   - Meanwhile Publish fails or waits, as it likes; it does not return nil for what may be lost.
type Backplane interface {
	// Publish sends messages, which have no number yet, to all who have subscribed to topic, one after the other. It
	// keeps no Data. If ctx ends first they may have been sent or not.
	Publish(ctx context.Context, topic string, m ...Message) error

	// Subscribe has r told of the messages of topic until cancel is called. ctx bounds subscribing only. Of the
	// messages from before it may deliver some, the last history ones at most, before it returns; last is the
	// number of the last message of the topic that it will not deliver any more, 0 if it does not know.
	//
	// A Hub subscribes when the first subscriber in its process joins, and when it publishes to a topic whose
	// history it keeps. It cancels when nobody and nothing is left. cancel does not wait for calls of r under way,
	// which are without effect then.
	Subscribe(ctx context.Context, topic string, history int, r Receiver) (last uint64, cancel func(), err error)
}

// Receiver takes what a [Backplane] delivers of a topic. Its methods are called one after the other.
type Receiver interface {
	// Deliver takes the next messages, several where several are there: then each subscriber gets them by one
	// write. No Data is kept. It does not wait for subscribers, except where Hub.Full is Block: then for no longer
	// than Hub.Patience.
	Deliver(m ...Message)

	// Lost says that messages may be missing between the last one delivered and the next.
	Lost()
}

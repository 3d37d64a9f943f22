package nats

import (
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
)

// The headers of what a consumer sends besides messages.
const (
	headerStatus = "Status"
	statusIdle   = "100" // a heartbeat or, with a subject for an answer, a question whether we keep up
	headerCount  = "Nats-Last-Consumer"
)

// deliver delivers messages, and returns an error if the consumer does not go on.
func (b *JetStream) deliver(messages []*nats.Msg) error {
	f := b.following
	var all batch
	defer func() { all.deliver(&b.subs) }()
	for _, in := range messages {
		if in.Sub != f.by {
			continue
		}
		f.heard = time.Now()
		if in.Header.Get(headerStatus) != "" {
			if err := f.control(in); err != nil {
				return err
			}
			continue
		}
		seq, ok := f.next(in)
		if !ok {
			return errMissed
		}
		if seq != f.at.Seq+1 {
			all.deliver(&b.subs)
			b.removed(seq - 1)
		}
		f.at.Seq = seq
		b.position = f.at
		b.sort(in, &all)
	}
	b.known.see(f.at)
	return nil
}

// control does what the consumer asks for.
func (f *following) control(in *nats.Msg) error {
	switch {
	case in.Header.Get(headerStatus) != statusIdle:
		return errMissed
	case in.Reply != "":
		return in.Respond(nil)
	}
	if count, err := strconv.ParseUint(in.Header.Get(headerCount), 10, 64); err == nil && count != f.count {
		return errMissed
	}
	return nil
}

// next returns the sequence of a message in the stream, if it is the consumer's next one.
func (f *following) next(in *nats.Msg) (seq uint64, ok bool) {
	meta, err := in.Metadata()
	if err != nil || meta.Sequence.Consumer != f.count+1 {
		return 0, false
	}
	f.count++
	return meta.Sequence.Stream, true
}

// removed says that messages up to a sequence are not in the stream any more. Nobody knows of which topics.
func (b *JetStream) removed(seq uint64) {
	b.subs.lose(errRemoved)
	at := hub.Position{Epoch: b.following.at.Epoch, Seq: seq}
	b.subs.begin(func(*subscription) hub.Position { return at })
}

// sort adds a message to all, if somebody wants it.
func (b *JetStream) sort(in *nats.Msg, all *batch) {
	topic, ok := b.subjects.topic(in.Subject)
	if ok && b.subs.of(topic) == nil {
		return
	}
	m, is := decode(in)
	if !ok || !is {
		b.ignored.Add(1)
		return
	}
	m.At = b.following.at
	all.add(topic, m)
}

package redis

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
)

// Streams is a [hub.Backplane] on Redis Streams, one for each topic, and a [hub.Rememberer] and [hub.Status]. A script
// numbers a message, adds it to the stream and publishes it to those who listen, in one step. Who misses one sees a hole
// in the numbers, and reads the stream.
//
// Another epoch begins when a replica has taken over, whether it was behind or not, when a server starts or gets its
// first replica, and when a topic's keys were deleted.
type Streams struct {
	subscriptions
	options StreamsOptions
}

// StreamsOptions are options of Streams. All processes should have the same.
type StreamsOptions struct {
	// Prefix begins the names of keys and channels. Processes with the same one, and the same database, are connected.
	// No two databases of a server may share one: channels know of none. "" means "hub:".
	Prefix string

	// Keep is how many messages of each topic are kept, at least, and KeepFor for how long after the last of them. Zero
	// means 1,000 and an hour. Redis forgets them by the hundred.
	Keep    int
	KeepFor time.Duration

	// IDsFor is for how long an ID is known: a message that is published again until then is not sent again. Zero means
	// 2 minutes.
	IDsFor time.Duration
}

// numbersFor is for how long the numbers of a topic are known that nobody publishes to, reads or has subscribed to, at
// least.
const numbersFor = 24 * time.Hour

// check returns an *hub.Error if an option means nothing.
func (o *StreamsOptions) check() error {
	for name, n := range map[string]int64{"Keep": int64(o.Keep), "KeepFor": int64(o.KeepFor), "IDsFor": int64(o.IDsFor)} {
		if n < 0 {
			return &hub.Error{Text: "it must not be negative", Option: "StreamsOptions." + name}
		}
	}
	return nil
}

// NewStreams returns Streams on a client, which must stay open until they are closed. It is a *redis.Client, of one
// server or of sentinels, or a *redis.ClusterClient, as for NewPubSub.
func NewStreams(client redis.UniversalClient, o StreamsOptions) (*Streams, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	b := &Streams{options: o}
	b.options.Keep = cmp.Or(o.Keep, 1000)
	b.options.KeepFor = cmp.Or(o.KeepFor, time.Hour)
	b.options.IDsFor = cmp.Or(o.IDsFor, 2*time.Minute)
	if err := b.use(client, o.Prefix); err != nil {
		return nil, err
	}
	b.numbered = true
	b.begin()
	b.life.Go(b.readPositions)
	return b, nil
}

// Publish sends messages to all who have subscribed to topic.
func (b *Streams) Publish(ctx context.Context, topic string, m ...hub.Message) (hub.Position, error) {
	if err := b.life.Enter(ctx); err != nil {
		return hub.Position{}, err
	}
	defer b.life.Leave()
	if len(m) == 0 {
		return hub.Position{}, nil
	}
	keys := b.keys(topic)
	args := []any{
		b.names.channel(topic), b.command, freshEpoch(), b.options.Keep,
		b.options.KeepFor.Milliseconds(), b.numbersFor().Milliseconds(), b.options.IDsFor.Milliseconds(),
	}
	for i := range m {
		frame, err := appendFrame(nil, &m[i])
		if err != nil {
			return hub.Position{}, err
		}
		key := 0
		if m[i].ID != "" {
			keys = append(keys, b.names.id(topic, m[i].ID))
			key = len(keys)
		}
		args = append(args, frame, key)
	}
	answer, err := publishScript.run(ctx, &b.life, b.client, keys, args...)
	if err != nil {
		return hub.Position{}, err
	}
	at, err := position(answer)
	if err != nil { // the script has run
		err = fmt.Errorf("%w: %w", hub.ErrUncertain, err)
	}
	return at, err
}

// keys returns those that both scripts take.
func (b *Streams) keys(topic string) []string {
	return []string{b.names.numbers(topic), b.names.stream(topic)}
}

func (b *Streams) numbersFor() time.Duration {
	return max(numbersFor, b.options.KeepFor, b.options.IDsFor)
}

// freshEpoch returns the topic's part of an epoch, if it has none.
func freshEpoch() string { return rand.Text()[:12] }

// position returns what a script has answered.
func position(answer any) (hub.Position, error) {
	text, ok := answer.(string)
	at, err := hub.ParsePosition(text)
	if !ok || err != nil {
		return hub.Position{}, errNoReply
	}
	return at, nil
}

// History returns what is kept after a position.
func (b *Streams) History(ctx context.Context, topic string, since hub.Position, limit int) ([]hub.Message, hub.Position, error) {
	if err := b.life.Enter(ctx); err != nil {
		return nil, hub.Position{}, err
	}
	defer b.life.Leave()
	next := since.Seq + 1
	if next == 0 {
		next--
	}
	args := b.readArgs(since.Epoch, strconv.FormatUint(next, 10), max(limit, 0))
	answer, err := readScript.run(ctx, &b.life, b.client, b.keys(topic), args...)
	if err != nil {
		return nil, hub.Position{}, err
	}
	end, entries, err := parseRead(answer)
	if err != nil {
		return nil, hub.Position{}, err
	}
	m := messages(entries, end.Epoch)
	switch {
	case since.IsZero():
	case since.Epoch != end.Epoch, since.Seq < end.Seq && uint64(len(m)) < end.Seq-since.Seq:
		return m, end, hub.ErrGap
	}
	return m, end, nil
}

package nats

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/seed372fb791/rfc6455/hub"
)

// epochKey is what counts the epochs of a stream, in its metadata.
const epochKey = "websocket-epoch"

// patience is for how long a stream may have less than is known of it before that counts as lost: a server that has
// just become its leader has yet to go through what it has.
const patience = 5 * time.Second

var errBehind = errors.New("websocket: the stream has come back with less than it had")

// epochOf returns a stream's epoch. It begins with its creation. JetStream does not say that a stream has come back with
// less than it had, as one in memory does when all its servers have died: a process that notices begins another epoch.
func epochOf(info *jetstream.StreamInfo) string {
	e := strconv.FormatInt(info.Created.UnixNano(), 36)
	if n := info.Config.Metadata[epochKey]; n != "" {
		e += "." + n
	}
	return e
}

// known is what a process knows of the stream.
type known struct {
	looking chan struct{} // has room for one, who looks

	mu     sync.Mutex
	number uint64 // of the connection by which it was asked for
	epoch  string
	last   uint64    // the greatest sequence in the epoch
	behind time.Time // since when the stream has had less, zero if it has not
}

// turn waits for the turn to look, until done is called.
func (k *known) turn(ctx context.Context) (done func(), err error) {
	select {
	case k.looking <- struct{}{}:
		return func() { <-k.looking }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// see notes that there is a message.
func (k *known) see(at hub.Position) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if at.Epoch == k.epoch {
		k.last = max(k.last, at.Seq)
	}
}

// note notes what the stream is like, and returns an error if that is less than is known.
func (k *known) note(s *state, number uint64) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case s.epoch != k.epoch:
		k.epoch, k.last = s.epoch, s.LastSeq
	case s.LastSeq < k.last:
		if k.behind.IsZero() {
			k.behind = time.Now()
		}
		return errBehind
	}
	k.number, k.last, k.behind = number, max(k.last, s.LastSeq), time.Time{}
	return nil
}

// isBehind reports whether the stream has lost messages.
func (k *known) isBehind(info *jetstream.StreamInfo) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return epochOf(info) == k.epoch && info.State.LastSeq < k.last && !k.behind.IsZero() && time.Since(k.behind) > patience
}

// is returns the epoch, and the greatest sequence that is known in it.
func (k *known) is() (epoch string, last uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.epoch, k.last
}

// current returns the epoch, if it is known from the connection of a number.
func (k *known) current(number uint64) (epoch string, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.epoch, k.number == number
}

// nextEpoch begins another epoch. Several processes that notice at once begin the same one.
func (b *JetStream) nextEpoch(ctx context.Context, info *jetstream.StreamInfo, number uint64) (*state, error) {
	n, _ := strconv.Atoi(info.Config.Metadata[epochKey])
	config := info.Config
	config.Metadata = maps.Clone(config.Metadata)
	if config.Metadata == nil {
		config.Metadata = make(map[string]string)
	}
	config.Metadata[epochKey] = strconv.Itoa(n + 1)
	stream, err := b.js.UpdateStream(ctx, config)
	if err != nil {
		return nil, err
	}
	info = stream.CachedInfo()
	s := &state{stream, epochOf(info), info.State}
	return s, b.known.note(s, number)
}

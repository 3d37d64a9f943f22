package replay

import (
	"context"
	"crypto/tls"
	"io"
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
)

// Replay has the client sides of a recording happen again. Its fields are set
// before Run and not changed after.
type Replay struct {
	Recording *Recording
	// To is the server: a ws or wss URL. Opening handshakes ask for its host,
	// and if it has a path or query for that instead of the recorded one. An
	// Origin that was that of the recorded host becomes that of the new one.
	To *url.URL
	// TLS is how a wss server is talked to, and its certificate judged.
	TLS *tls.Config
	// Speed is how many times faster than recorded it goes; 0 does not wait at
	// all.
	Speed float64
	// Patience bounds the wait for answers that are missing.
	Patience time.Duration
	// Lines gets a line for each difference.
	Lines io.Writer

	mu          sync.Mutex
	changed     chan struct{} // something has come
	differences int
	shown       int // lines
	listening   sync.WaitGroup
	talks       map[int]*talk
	awaited     map[*talk]bool // those with answers that are due
}

// Result sums up a replay.
type Result struct{ Connections, Answers, Differences int }

// Run replays. The error says why that was not possible, differences are none.
//
// What clients did happens in the recorded order and time, but not before the
// answers have come, on all connections, that came before it in the recording:
// what is late moves all that follows.
func (r *Replay) Run(ctx context.Context) (Result, error) {
	r.changed = make(chan struct{}, 1)
	r.talks, r.awaited = make(map[int]*talk), make(map[*talk]bool)
	err := r.act(ctx)
	for _, t := range r.talks {
		t.nc.Close()
	}
	r.listening.Wait()
	result := Result{Connections: len(r.talks), Differences: r.differences}
	for _, t := range r.talks {
		result.Answers += len(t.want)
	}
	return result, err
}

// act does all that clients did, and waits for what is answered.
func (r *Replay) act(ctx context.Context) error {
	base := time.Now()
	for _, turn := range r.Recording.turns {
		due := base
		if r.Speed > 0 {
			due = base.Add(time.Duration(float64(turn.at) / r.Speed))
		}
		if err := sleep(ctx, time.Until(due)); err != nil {
			return err
		}
		before := time.Now()
		for _, number := range turn.after {
			r.await(r.talks[number], r.talks[number].due+1)
		}
		if err := r.wait(ctx); err != nil {
			return err
		}
		base = base.Add(time.Since(before))
		if err := r.turn(ctx, turn); err != nil {
			return err
		}
	}
	for _, t := range r.talks {
		r.await(t, len(t.want))
		t.last, t.late = true, false
	}
	if err := r.wait(ctx); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, number := range slices.Sorted(maps.Keys(r.talks)) {
		r.talks[number].compare()
	}
	return nil
}

// turn does what a client did.
func (r *Replay) turn(ctx context.Context, turn turn) error {
	if turn.kind != transcript.Open {
		r.talks[turn.conn].act(turn)
		return nil
	}
	t, err := r.connect(ctx, turn.conn)
	if err == nil {
		r.talks[turn.conn] = t
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// await has wait wait for the first answers of t.
func (r *Replay) await(t *talk, answers int) {
	t.due = answers
	r.awaited[t] = true
}

// wait waits until all answers that are due have come, or patience ends.
func (r *Replay) wait(ctx context.Context) error {
	late := time.NewTimer(r.Patience)
	defer late.Stop()
	for !r.answered() {
		select {
		case <-r.changed:
		case <-late.C:
			r.giveUp()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// answered reports whether all answers that are due have come.
func (r *Replay) answered() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for t := range r.awaited {
		if t.done() {
			delete(r.awaited, t)
		}
	}
	return len(r.awaited) == 0
}

// giveUp has those that are late not be waited for again, but in the end.
func (r *Replay) giveUp() {
	for t := range r.awaited {
		t.late = true
	}
}

// progress wakes who waits.
func (r *Replay) progress() {
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

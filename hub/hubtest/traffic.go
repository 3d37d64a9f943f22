package hubtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
)

// traffic is writers who publish, listeners who get what comes, and what is known of both.
type traffic struct {
	changes
	*testcase
	writers   []*writer
	listeners []listener
	target    int // how many messages each writer is to have published
	working   sync.WaitGroup
	stop      context.CancelFunc
	stopped   context.Context
}

// writer publishes the messages of its own to a topic, one after the other. What is published is known by its Data. Its
// fields are guarded by the traffic's lock.
type writer struct {
	*traffic
	name, topic string
	publish     func(ctx context.Context, topic string, m ...hub.Message) (hub.Position, error)
	sent        []*attempt
	done        int // messages that are sent, or may be
	failures    int
	last        error
}

// attempt is a message, and what Publish has said of it.
type attempt struct {
	data  string
	fate  fate
	tried bool // it may have been sent
	at    hub.Position
}

type fate uint8

const (
	unknown   fate = iota // or uncertain
	published             // all get it, or a gap
	refused               // nobody gets it
)

// listener is who gets the messages of a topic.
type listener struct {
	name, topic string
	*changes
	log func() []note // called with the lock held
}

// How long one call of Publish may take, and how long a writer waits after it.
const (
	attemptFor = time.Second
	pace       = 2 * time.Millisecond
)

func newTraffic(c *testcase) *traffic {
	tr := &traffic{testcase: c}
	tr.changes.init()
	tr.stopped, tr.stop = context.WithCancel(context.Background())
	c.Cleanup(tr.end)
	return tr
}

// end ends the writers.
func (tr *traffic) end() {
	tr.stop()
	tr.change()
	tr.working.Wait()
}

// write starts a writer for each topic.
func (tr *traffic) write(h *hub.Hub, name string, topics ...string) {
	for _, topic := range topics {
		w := &writer{traffic: tr, name: name, topic: topic, publish: h.Publish}
		tr.writers = append(tr.writers, w)
		tr.working.Go(w.run)
	}
}

// run publishes until the traffic ends.
func (w *writer) run() {
	for w.isWanted() {
		w.message()
	}
}

// isWanted waits until another message is wanted.
func (w *writer) isWanted() bool {
	for w.stopped.Err() == nil {
		if w.within(w.patience, func() bool { return w.done < w.target || w.stopped.Err() != nil }) {
			return w.stopped.Err() == nil
		}
	}
	return false
}

// message publishes a message: those that are refused are published as new ones, and those that may have been sent again
// if the Backplane knows IDs.
func (w *writer) message() {
	for a := w.attempt(); w.stopped.Err() == nil; {
		ctx, cancel := context.WithTimeout(w.stopped, attemptFor)
		at, err := w.publish(ctx, w.topic, withID(a.data, a.data))
		cancel()
		finished := w.note(a, at, err)
		select {
		case <-time.After(pace):
		case <-w.stopped.Done():
		}
		switch {
		case finished:
			return
		case a.fate == refused:
			a = w.attempt()
		}
	}
}

// attempt adds a new message.
func (w *writer) attempt() *attempt {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := &attempt{data: fmt.Sprintf("%s, message %d", w.name, len(w.sent)+1)}
	w.sent = append(w.sent, a)
	return a
}

// note notes what Publish has said, and reports whether there is nothing more to do about the message.
func (w *writer) note(a *attempt, at hub.Position, err error) (finished bool) {
	w.mu.Lock()
	defer w.change()
	defer w.mu.Unlock()
	uncertain := errors.Is(err, hub.ErrUncertain)
	switch {
	case err == nil:
		a.fate, a.at = published, at
		finished = true
	case uncertain && !w.Can.IDs:
		finished = true
	case !uncertain && !a.tried:
		a.fate = refused
	}
	a.tried = a.tried || uncertain
	if err != nil {
		w.failures++
		w.last = err
	}
	if finished {
		w.done++
	}
	return finished
}

// more has each writer publish n more messages, and waits for that.
func (tr *traffic) more(n int) {
	tr.Helper()
	tr.mu.Lock()
	most := 0
	for _, w := range tr.writers {
		most = max(most, w.done)
	}
	tr.target = most + n
	tr.mu.Unlock()
	tr.change()
	for _, w := range tr.writers {
		var last error
		if !tr.within(tr.patience, func() bool { last = w.last; return w.done >= tr.target }) {
			tr.Fatalf("%s cannot publish to %q within %v: %v", w.name, w.topic, tr.patience, last)
		}
	}
}

// flow has the writers publish until the next call of more.
func (tr *traffic) flow() {
	tr.mu.Lock()
	tr.target = 1 << 30
	tr.mu.Unlock()
	tr.change()
}

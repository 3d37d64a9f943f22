package nats

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
)

// receiver notes what it is told of topics, and holds up whoever tells it while it is held.
type receiver struct {
	held sync.Mutex

	mu    sync.Mutex
	notes []string
	told  chan struct{}
}

func newReceiver() *receiver { return &receiver{told: make(chan struct{}, 1)} }

func (r *receiver) note(notes ...string) {
	r.held.Lock()
	defer r.held.Unlock()
	r.mu.Lock()
	r.notes = append(r.notes, notes...)
	r.mu.Unlock()
	select {
	case r.told <- struct{}{}:
	default:
	}
}

func (r *receiver) Subscribed(topic string, _ hub.Position) { r.note(topic + " subscribed") }
func (r *receiver) Lost(topic string, cause error)          { r.note(fmt.Sprintf("%s lost: %v", topic, cause)) }

func (r *receiver) Deliver(topic string, m ...hub.Message) {
	var notes []string
	for _, m := range m {
		notes = append(notes, fmt.Sprintf("%s: %.20s", topic, m.Data))
	}
	r.note(notes...)
}

// await waits for a note, and returns all.
func (r *receiver) await(t testing.TB, note string) []string {
	t.Helper()
	late := time.After(patience)
	for {
		r.mu.Lock()
		notes := slices.Clone(r.notes)
		r.mu.Unlock()
		if slices.Contains(notes, note) {
			return notes
		}
		select {
		case <-r.told:
		case <-late:
			t.Fatalf("%q does not come: %.2000q", note, notes)
		}
	}
}

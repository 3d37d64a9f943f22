package hubtest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
)

// silent are the mutants that lack something: it is waited for.
var silent = []mutant{
	{"takes 900 topics", twisted{subscribe: func(l *line, ctx context.Context, r hub.Receiver, topics []string) error {
		return l.Subscribe(ctx, r, topics[:min(900, len(topics))]...)
	}}, "many topics", "does not come"},
	{"is silent about Subscribed", twisted{receiver: func(r hub.Receiver) hub.Receiver {
		return &hearing{Receiver: r, subscribed: func(hub.Receiver, string, position) {}}
	}}, "order", "Subscribed to"},
	{"says later how it is", twisted{watch: func(l *line, f func(bool, error)) func() { return func() {} }},
		"watch", "has not told"},
	{"is silent about Lost", twisted{receiver: func(r hub.Receiver) hub.Receiver {
		return &hearing{Receiver: r, lost: func(hub.Receiver, string, error) {}}
	}}, "killed", "Lost of topic"},
	{"does not see that it is lost", twisted{watch: func(l *line, f func(bool, error)) func() {
		f(true, nil)
		return func() {}
	}}, "killed", "that the broker is away"},
	{"is up for ever", twisted{watch: func(l *line, f func(bool, error)) func() {
		return l.Watch(func(bool, error) { f(true, nil) })
	}}, "watch", "up: false"},
	{"hangs in Close", twisted{close: func(l *line, ctx context.Context) error {
		l.wait(context.Background())
		return l.Close(ctx)
	}}, "paused", "Close does not return"},
	{"comes back without its subscriptions",
		twisted{subscribe: func(l *line, ctx context.Context, r hub.Receiver, topics []string) error {
			err := l.Subscribe(ctx, r, topics...)
			l.broker.mu.Lock()
			defer l.broker.mu.Unlock()
			for _, topic := range topics {
				if strings.Contains(topic, "quiet") && l.wires[topic] != nil {
					delete(l.wires, topic)
				}
			}
			return err
		}}, "killed", "quiet"},
}

// silence is how long that is. All wait together.
const silence = 10 * time.Second

// What does not come fails the case that waits for it.
func TestSilence(t *testing.T) {
	var waiting sync.WaitGroup
	waits := func(b Broker, in, says string) {
		b.patience = silence
		waiting.Go(func() { fails(t, b, in, says) })
	}
	for _, m := range silent {
		waits(m.broker(), m.in, m.says)
	}
	over := make(chan struct{})
	defer close(over)
	leaves := mutant{twist: twisted{close: func(l *line, ctx context.Context) error {
		go func() { <-over }()
		return l.Close(ctx)
	}}}
	waits(leaves.broker(), "goroutines", "goroutines are left")
	whole := func(l *line) hub.Backplane { return l }
	sound := withFaults(all, whole) // and a fault that disconnects nobody
	sound.Faults[len(sound.Faults)-1].Disconnects = true
	waits(sound, "paused", "Lost of topic")
	sound = withFaults(all, whole) // and one that is not mended
	sound.Faults[0].Mend = func(testing.TB) {}
	waits(sound, "killed", "cannot publish")
	waiting.Wait()
}

package hubtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"sync"
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
)

// broker is one that can be lost: a MemoryBackplane to which processes have lines, and a replica.
type broker struct {
	mu              sync.Mutex // held while a message is published
	primary, behind *hub.MemoryBackplane
	lines           []*line
	life            int // how often it was lost
	up              bool
	running         chan struct{} // closed while it is not paused
	holding         bool          // the replica gets nothing
}

var (
	errNoBroker = errors.New("no broker")
	errHungUp   = fmt.Errorf("the line is closed: %w", net.ErrClosed)
)

func newBroker() *broker {
	b := &broker{primary: newMemory(), behind: newMemory(), up: true, running: make(chan struct{})}
	close(b.running)
	return b
}

func newMemory() *hub.MemoryBackplane { return &hub.MemoryBackplane{Keep: 300} }

// connect returns a process's line.
func (b *broker) connect() *line {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := &line{broker: b, wires: make(map[string]*wire), watchers: make(map[int]func(bool, error))}
	b.lines = append(b.lines, l)
	return l
}

func (b *broker) kill(testing.TB) { b.lose() }

func (b *broker) lose() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.up = false
	b.life++
	for _, l := range b.lines {
		l.lose()
	}
}

func (b *broker) start(testing.TB) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.up = true
	for _, l := range b.lines {
		l.regain()
	}
}

// wipe kills the broker, which forgets all.
func (b *broker) wipe(testing.TB) {
	b.lose()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.primary = newMemory()
}

func (b *broker) hold(testing.TB) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holding = true
}

// failOver has the replica take over.
func (b *broker) failOver(t testing.TB) {
	b.lose()
	b.mu.Lock()
	b.primary, b.behind, b.holding = b.behind, newMemory(), false
	b.mu.Unlock()
	b.start(t)
}

func (b *broker) pause(testing.TB) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running = make(chan struct{})
}

func (b *broker) resume(testing.TB) {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.running)
}

// publish publishes to the primary and the replica.
func (b *broker) publish(topic string, m ...hub.Message) (at hub.Position, life int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.up {
		return at, b.life, errNoBroker
	}
	at, err = b.primary.Publish(context.Background(), topic, m...)
	if !b.holding {
		b.behind.Publish(context.Background(), topic, m...)
	}
	return at, b.life, err
}

// wait waits while the broker is paused.
func (b *broker) wait(ctx context.Context) error {
	b.mu.Lock()
	running := b.running
	b.mu.Unlock()
	select {
	case <-running:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lives returns how often the broker was lost.
func (b *broker) lives() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.life
}

// line is a process's Backplane.
type line struct {
	*broker
	mu       sync.Mutex // none of the broker's is taken while it is held
	closed   bool
	wires    map[string]*wire
	down     error
	watchers map[int]func(bool, error)
	watched  int
	late     sync.WaitGroup // what goes on after its context has ended
}

// wire is a subscription. Once it is cut nothing comes through it.
type wire struct {
	hub.Receiver
	mu   sync.Mutex
	live bool
	cut  bool
}

func (w *wire) Subscribed(topic string, at hub.Position) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.cut {
		w.live = true
		w.Receiver.Subscribed(topic, at)
	}
}

func (w *wire) Deliver(topic string, m ...hub.Message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.live && !w.cut {
		w.Receiver.Deliver(topic, m...)
	}
}

func (w *wire) lose(topic string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.live && !w.cut {
		w.live = false
		w.Receiver.Lost(topic, errNoBroker)
	}
}

func (w *wire) hangUp() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = true
}

func (l *line) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

func (l *line) Publish(ctx context.Context, topic string, m ...hub.Message) (hub.Position, error) {
	switch {
	case l.isClosed():
		return hub.Position{}, errHungUp
	case ctx.Err() != nil:
		return hub.Position{}, ctx.Err()
	}
	if err := l.wait(ctx); err != nil {
		l.late.Go(func() { // it is on its way
			l.wait(context.Background())
			l.broker.publish(topic, m...)
		})
		return hub.Position{}, fmt.Errorf("%w: %w", hub.ErrUncertain, err)
	}
	at, life, err := l.broker.publish(topic, m...)
	runtime.Gosched()
	if err == nil && l.lives() != life {
		return hub.Position{}, fmt.Errorf("%w: %w", hub.ErrUncertain, errNoBroker)
	}
	return at, err
}

func (l *line) Subscribe(ctx context.Context, r hub.Receiver, topics ...string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := l.wait(ctx); err != nil {
		return err
	}
	l.broker.mu.Lock()
	defer l.broker.mu.Unlock()
	switch {
	case l.isClosed():
		return errHungUp
	case !l.up:
		return errNoBroker
	}
	for _, topic := range topics {
		w := &wire{Receiver: r}
		l.set(topic, w)
		l.primary.Subscribe(ctx, w, topic)
	}
	return nil
}

func (l *line) set(topic string, w *wire) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wires[topic] = w
}

func (l *line) Unsubscribe(_ hub.Receiver, topics ...string) {
	l.broker.mu.Lock()
	defer l.broker.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, topic := range topics {
		if w := l.wires[topic]; w != nil {
			l.primary.Unsubscribe(w, topic)
			w.hangUp()
			delete(l.wires, topic)
		}
	}
}

func (l *line) Close(ctx context.Context) error {
	l.broker.mu.Lock()
	l.mu.Lock()
	l.closed = true
	for topic, w := range l.wires {
		l.primary.Unsubscribe(w, topic)
		w.hangUp()
	}
	clear(l.wires)
	l.mu.Unlock()
	l.broker.mu.Unlock()
	l.tell(errHungUp)
	if err := l.wait(ctx); err != nil {
		return err
	}
	l.late.Wait()
	return nil
}

func (l *line) History(ctx context.Context, topic string, since hub.Position, limit int) ([]hub.Message, hub.Position, error) {
	if err := l.wait(ctx); err != nil {
		return nil, hub.Position{}, err
	}
	l.broker.mu.Lock()
	defer l.broker.mu.Unlock()
	switch {
	case l.isClosed():
		return nil, hub.Position{}, errHungUp
	case !l.up:
		return nil, hub.Position{}, errNoBroker
	}
	return l.primary.History(ctx, topic, since, limit)
}

func (l *line) Watch(f func(up bool, cause error)) (stop func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watched++
	id := l.watched
	l.watchers[id] = f
	f(l.down == nil, l.down)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.watchers, id)
	}
}

// lose is the loss of the broker, whose lock is held.
func (l *line) lose() {
	l.tell(errNoBroker)
	for topic, w := range l.wires {
		l.primary.Unsubscribe(w, topic)
		w.lose(topic)
	}
}

func (l *line) regain() {
	l.tell(nil)
	for topic, w := range l.wires {
		l.primary.Subscribe(context.Background(), w, topic)
	}
}

func (l *line) tell(down error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		down = errHungUp
	}
	l.down = down
	for _, f := range l.watchers {
		f(down == nil, down)
	}
}

package hubtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
)

// Whose context has ended sends nothing, and subscribes to nothing.
func testEndedContext(c *testcase) {
	p, publisher := c.start(), c.start()
	topic, other := c.topic("ended"), c.topic("other")
	p.subscribe(topic)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 10 {
		if _, err := publisher.Publish(ctx, topic, text("nobody gets it")); !errors.Is(err, context.Canceled) {
			c.Errorf("Publish with a context that has ended: %v", err)
		}
		if err := p.Subscribe(ctx, p, other); !errors.Is(err, context.Canceled) {
			c.Errorf("Subscribe with a context that has ended: %v", err)
		}
	}
	if r, ok := p.Backplane.(hub.Rememberer); ok {
		if _, _, err := r.History(ctx, topic, hub.Position{}, 10); !errors.Is(err, context.Canceled) {
			c.Errorf("History with a context that has ended: %v", err)
		}
	}
	publisher.publish(other, text("nobody gets it"))
	p.expect(topic, p.settle(topic, publisher))
	p.subscribe(other)
	publisher.publish(other, text("one"))
	p.expect(other, p.settle(other, publisher), "one")
}

// After Close nothing is delivered, and calls return an error that matches net.ErrClosed.
func testClose(c *testcase) {
	p, stays := c.start(), c.start()
	topic, other := c.topic("close"), c.topic("other")
	p.subscribe(topic)
	shared := p.Backplane == stays.Backplane
	if !shared {
		stays.subscribe(topic)
	}
	var closing sync.WaitGroup
	for range 3 {
		closing.Go(func() {
			ctx, cancel := c.bounded()
			defer cancel()
			if err := p.Close(ctx); err != nil {
				c.Errorf("Close: %v", err)
			}
		})
	}
	closing.Wait()
	p.settled(topic)
	if !shared {
		stays.publish(topic, text("after"))
		stays.expect(topic, stays.settle(topic, stays), "after")
	}
	p.isClosed(topic, other)
}

func (p *process) isClosed(topic, other string) {
	p.Helper()
	ctx, cancel := p.bounded()
	defer cancel()
	if _, err := p.Publish(ctx, topic, text("nobody gets it")); !errors.Is(err, net.ErrClosed) || errors.Is(err, hub.ErrUncertain) {
		p.Errorf("Publish after Close: %v", err)
	}
	if err := p.Subscribe(ctx, p, other); !errors.Is(err, net.ErrClosed) {
		p.Errorf("Subscribe after Close: %v", err)
	}
	if r, ok := p.Backplane.(hub.Rememberer); ok {
		if _, _, err := r.History(ctx, topic, hub.Position{}, 1); !errors.Is(err, net.ErrClosed) {
			p.Errorf("History after Close: %v", err)
		}
	}
	p.Unsubscribe(p, topic, other)
	if err := p.Close(ctx); err != nil {
		p.Errorf("Close again: %v", err)
	}
}

// Close while messages are published: each call says what became of its message, and none hangs.
func testCloseBusy(c *testcase) {
	p, stays := c.start(), c.start()
	topic := c.topic("busy")
	p.subscribe(topic)
	shared := p.Backplane == stays.Backplane
	if !shared {
		stays.subscribe(topic)
	}
	var publishing sync.WaitGroup
	begun := make(chan struct{}, 3)
	sent := make([][]string, 3)
	for i := range sent {
		publishing.Go(func() {
			ctx, cancel := c.bounded()
			defer cancel()
			for j := 0; ; j++ {
				m := text(fmt.Sprint(i, " ", j))
				_, err := p.Publish(ctx, topic, m)
				switch {
				case err == nil:
					sent[i] = append(sent[i], string(m.Data))
				case errors.Is(err, net.ErrClosed), errors.Is(err, hub.ErrUncertain):
					return
				default:
					c.Errorf("Publish while the Backplane is closed: %v", err)
					return
				}
				if j == 10 {
					begun <- struct{}{}
				}
			}
		})
	}
	for range sent {
		<-begun
	}
	ctx, cancel := c.bounded()
	defer cancel()
	if err := p.Close(ctx); err != nil {
		c.Errorf("Close: %v", err)
	}
	p.settled(topic)
	publishing.Wait()
	if shared {
		return
	}
	came := make(map[string]bool)
	for _, m := range stays.settle(topic, stays) {
		came[string(m.Data)] = true
	}
	for _, of := range sent {
		for _, s := range of {
			if !came[s] {
				c.Errorf("message %q is lost, and Publish has returned nil", s)
			}
		}
	}
}

// scope is a test whose cleanups run when it says so.
type scope struct {
	testing.TB
	cleanups []func()
}

func (s *scope) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

func (s *scope) end() {
	for i := range s.cleanups {
		s.cleanups[len(s.cleanups)-1-i]()
	}
}

// No goroutine is left after Close.
func testGoroutines(c *testcase) {
	pprof.Do(context.Background(), pprof.Labels("hubtest", c.prefix), func(context.Context) {
		s := &scope{TB: c.TB}
		defer s.end()
		inner := newCase(s, c.Broker)
		p := inner.start()
		topics := []string{inner.topic("a"), inner.topic("b")}
		p.subscribe(topics...)
		p.publish(topics[0], text("a"))
		p.settle(topics[0], p)
	})
	var left []string
	for late := time.Now().Add(c.patience); time.Now().Before(late); {
		if left = labelled(c.prefix); len(left) == 0 {
			return
		}
		<-time.After(5 * time.Millisecond)
	}
	c.Errorf("goroutines are left after Close:\n%s", strings.Join(left, "\n\n"))
}

// labelled returns the stacks of the goroutines with a label, which they have from those that have started them.
func labelled(label string) (stacks []string) {
	var all strings.Builder
	pprof.Lookup("goroutine").WriteTo(&all, 1)
	for stack := range strings.SplitSeq(all.String(), "\n\n") {
		if strings.Contains(stack, strconv.Quote(label)) {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}

// A Status says at once how it is, that it is down when the Backplane is closed, and nothing after stop.
func testWatch(c *testcase) {
	p := c.start()
	status, ok := p.Backplane.(hub.Status)
	if ok != c.Can.Status {
		c.Fatalf("the Backplane is a Status: %v, and Status is declared: %v", ok, c.Can.Status)
	}
	if !ok {
		return
	}
	w, other := watch(c, status), watch(c, status)
	w.awaitUp(c, true)
	other.awaitUp(c, true)
	other.stop()
	w.stop()
	last := watch(c, status)
	last.awaitUp(c, true)
	ctx, cancel := c.bounded()
	defer cancel()
	if err := p.Close(ctx); err != nil {
		c.Errorf("Close: %v", err)
	}
	last.awaitUp(c, false)
	last.stop()
}

// watcher notes what a Status says.
type watcher struct {
	changes
	up, told, stopped, wrong bool
	wasDown                  bool
	cancel                   func()
}

func watch(c *testcase, s hub.Status) *watcher {
	c.Helper()
	w := new(watcher)
	w.changes.init()
	w.cancel = s.Watch(w.tell)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.told {
		c.Error("Watch returns and has not told how it is")
	}
	c.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.wrong {
			c.Error("a Status tells whoever has stopped watching, or of a broker that is down without a cause")
		}
	})
	return w
}

func (w *watcher) tell(up bool, cause error) {
	w.mu.Lock()
	w.up, w.told = up, true
	w.wasDown = w.wasDown || !up
	w.wrong = w.wrong || w.stopped || !up && cause == nil
	w.mu.Unlock()
	w.change()
}

func (w *watcher) stop() {
	w.cancel()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
}

func (w *watcher) awaitUp(c *testcase, up bool) {
	c.Helper()
	if !w.within(c.patience, func() bool { return w.told && w.up == up }) {
		c.Fatalf("the Status does not say within %v that the broker is up: %v", c.patience, up)
	}
}

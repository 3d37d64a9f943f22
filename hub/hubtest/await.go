package hubtest

import (
	"sync"
	"time"
)

// changes is something that changes, and those who wait for it.
type changes struct {
	mu      sync.Mutex
	changed chan struct{} // closed with the next change
}

func (c *changes) init() { c.changed = make(chan struct{}) }

// change wakes those who wait.
func (c *changes) change() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.changed)
	c.changed = make(chan struct{})
}

// within waits until done reports true, which is called with the lock held, and reports false if that takes too long.
func (c *changes) within(d time.Duration, done func() bool) bool {
	late := time.NewTimer(d)
	defer late.Stop()
	for {
		c.mu.Lock()
		ok, changed := done(), c.changed
		c.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-late.C:
			return false
		}
	}
}

// await waits until done reports true. What does not come is fatal.
func (p *process) await(what string, done func() bool) {
	p.Helper()
	if !p.within(p.patience, done) {
		p.Fatalf("%s: %s does not come within %v", p.name, what, p.patience)
	}
}

package load

import (
	"context"
	"time"
)

// pace makes messages due, at each connection in turn, until the time is over
// or ctx ends. It does not wait for anything but the time.
func (r *run) pace(ctx context.Context) {
	a := r.alarm()
	defer a.stop()
	defer context.AfterFunc(ctx, a.stop)()
	for n := int64(0); len(r.conns) > 0 && ctx.Err() == nil; {
		next, now, until := r.due(n), r.now(), r.until.Load()
		if next >= until && now >= until {
			break
		}
		if next = min(next, until); next > now {
			a.wait(time.Duration(next - now))
			continue
		}
		r.conns[n%int64(len(r.conns))].owe()
		n++
	}
	r.paced.Store(true)
	for _, c := range r.conns {
		c.poke()
	}
}

// due returns when the message n of all is due.
func (r *run) due(n int64) int64 {
	return r.begin + int64(float64(n)*float64(time.Second)/r.Rate)
}

// due returns when the message n of c is due.
func (c *conn) due(n int64) int64 {
	return c.run.due(c.index + n*int64(len(c.run.conns)))
}

// owe adds a message that is due.
func (c *conn) owe() {
	c.mu.Lock()
	if !c.gone {
		c.owed++
	}
	c.mu.Unlock()
	c.poke()
}

// countUnsent counts the messages that are owed still.
func (c *conn) countUnsent() {
	for n := range c.owed {
		if c.run.counts(c.due(c.sent + n)) {
			c.tally.unsent++
		}
	}
}

package demo

import (
	"context"
	"time"
)

// pace holds up who does something more often than once in a while, after a burst that is free. A connection that is
// not read from meanwhile holds up its sender in turn: nothing is lost, and nobody floods a room.
type pace struct {
	every time.Duration
	burst int
	due   time.Time // of the next one, if there were no burst
}

// wait waits until it may be done again, or ctx ends.
func (p *pace) wait(ctx context.Context) {
	now := time.Now()
	if p.due.Before(now) {
		p.due = now
	}
	p.due = p.due.Add(p.every)
	early := p.due.Sub(now) - time.Duration(p.burst)*p.every
	if early <= 0 {
		return
	}
	select {
	case <-time.After(early):
	case <-ctx.Done():
	}
}

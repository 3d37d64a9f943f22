package server

import "sync/atomic"

// openers are the goroutines that conduct the opening handshakes of a listener. Parsing, and TLS even more, makes
// the stack of each grow step by step: when connections come one after the other, it is kept for the next one.
type openers struct {
	next chan *opening // to those that wait
	idle atomic.Int32  // how many those are
}

// maxIdleOpeners is how many wait for the next connection, at most.
const maxIdleOpeners = 32

func newOpeners() *openers { return &openers{next: make(chan *opening)} }

// conduct has a goroutine conduct h.
func (o *openers) conduct(h *opening) {
	select {
	case o.next <- h:
	default:
		go o.run(h)
	}
}

// run conducts opening handshakes, h first.
func (o *openers) run(h *opening) {
	for waits := true; waits; h, waits = o.wait() {
		h.serve()
	}
}

// wait waits for the next one. It returns false if there is none, or enough others wait.
func (o *openers) wait() (h *opening, ok bool) {
	defer o.idle.Add(-1)
	if o.idle.Add(1) > maxIdleOpeners {
		return nil, false
	}
	h, ok = <-o.next
	return h, ok
}

// end ends those that wait, and the others when they have done their work. No call of conduct may follow.
func (o *openers) end() { close(o.next) }

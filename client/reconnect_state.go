package client

import (
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Phase is what a [Reconnecting] is doing.
type Phase string

// The phases. The first three follow each other until the last.
const (
	PhaseConnecting Phase = "connecting" // an attempt is under way, OnConnect included
	PhaseConnected  Phase = "connected"
	PhaseWaiting    Phase = "waiting" // for the next attempt
	PhaseClosed     Phase = "closed"  // for good
)

// State is where a [Reconnecting] stands.
type State struct {
	Phase Phase
	// Conn is the connection, when connected: to ask for its subprotocol, statistics or round trip. To read from
	// it, to write to it or to close it is the Reconnecting's part.
	Conn *websocket.Conn
	// Until is when the next attempt begins, when waiting.
	Until time.Time
	// Err is why the last attempt failed or the last connection was lost, when waiting, and why it is all over,
	// when closed: websocket.ErrClosed after Close.
	Err error
}

// String returns the phase, and what is known of the time and the cause.
func (s State) String() string {
	text := string(s.Phase)
	if s.Phase == PhaseWaiting {
		text += " until " + s.Until.Format(time.TimeOnly)
	}
	if s.Err != nil {
		text += ": " + textOf(s.Err)
	}
	return text
}

// State returns where r stands. Safe for concurrent use.
func (r *Reconnecting) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// enter tells the next state. r.mu is held.
func (r *Reconnecting) enter(s State) {
	r.state = s
	r.opts.OnState(s)
	r.wake()
}

// tryEnter is enter unless it is all over.
func (r *Reconnecting) tryEnter(s State) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.enter(s)
	}
}

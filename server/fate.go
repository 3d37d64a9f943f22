package server

import (
	"errors"
	"net/http"
)

// fate is what a Server has decided about what is or is to be its connection. It only goes on, and of the last three the
// first stays.
type fate uint8

const (
	undecided fate = iota
	refused        // the opening handshake was answered with a refusal
	accepted       // there is a connection
	handled        // Handle has returned, and that ends it
	shutDown       // Shutdown or Close ends it
	tooOld         // MaxAge does
)

// ErrMaxAge is why Server.Closed hears that a connection has ended after Server.MaxAge.
var ErrMaxAge = errors.New("websocket: the connection has lasted for Server.MaxAge")

// refuse answers a request through net/http with err, and returns it. It is counted before the peer has the answer. The
// zero member, which belongs to no server, does too.
func (m *member) refuse(w http.ResponseWriter, r *http.Request, err error) error {
	if m.tracker != nil {
		m.refused(refusal(err).Status)
	}
	writeRefusal(w, r, err)
	return err
}

// refused counts a refusal.
func (m *member) refused(status int) {
	m.tracker.mu.Lock()
	defer m.tracker.mu.Unlock()
	m.fate = refused
	m.tracker.counts.refuse(status)
}

// failed gives up what m holds of the caps, and counts that its opening handshake came to nothing.
func (m *member) failed() {
	m.tracker.mu.Lock()
	defer m.tracker.mu.Unlock()
	m.dismissed()
	if m.fate == undecided {
		m.tracker.counts.failed++
	}
}

// count counts a connection that had ended before it was added.
func (m *member) count(e ended) {
	m.tracker.mu.Lock()
	defer m.tracker.mu.Unlock()
	m.tracker.counts.end(m.fate, e)
}

// end says what ends the connection, unless something else of the server does already.
func (m *member) end(f fate) {
	m.tracker.mu.Lock()
	defer m.tracker.mu.Unlock()
	m.ends(f)
}

// ends is end. The tracker's lock is held.
func (m *member) ends(f fate) {
	if m.fate == accepted {
		m.fate = f
	}
}

// reason returns why the connection, which is closed, has ended: as its peer or its transport made it, or else what this
// server did, with failure as what Handle had to say.
func (m *member) reason(failure error) error {
	if err := m.conn.End().Err; err != nil {
		return err
	}
	m.tracker.mu.Lock()
	defer m.tracker.mu.Unlock()
	switch m.fate {
	case shutDown:
		return ErrServerClosed
	case tooOld:
		return ErrMaxAge
	}
	return failure
}

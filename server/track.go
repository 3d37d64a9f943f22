package server

import (
	"net"
	"slices"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// tracker knows what has to end before a Server has ended. Nothing here waits on a goroutine of its own: a
// connection signs off through Setup.Closed.
type tracker struct {
	mu        sync.Mutex
	phase     phase
	stop      chan struct{} // closed when phase is no longer serving, nil if nobody asked
	listeners map[net.Listener]struct{}
	openings  list        // raw connections in their opening handshake, in the order of their deadlines
	refusals  list        // those that are told that it has failed
	members   list        // connections after it
	timer     *time.Timer // for the deadlines of openings, nil while there are none
	conns     int         // how many members there are
	counts    counts
	opening   int            // opening handshakes, on both ways
	admitted  int            // connections, and handshakes that are to become some, if there is a cap
	perHost   map[string]int // of an address, if there is a cap
	active    int            // members, and calls of enter and open that no leave has followed
	idle      chan struct{}  // closed when active falls to 0, nil if nobody waits
}

// phase is how far a Server has come.
type phase uint8

const (
	serving  phase = iota
	stopping       // no new connections, the others are going away
	killed         // what is still there is closed at once
)

// member is a connection of a Server.
type member struct {
	tracker    *tracker
	prev, next *member         // of the list that it is in
	opening    *opening        // nil after it, and through net/http
	conn       *websocket.Conn // nil until add
	admission  *admission      // nil if there is nothing to end with it
	fate       fate
	gone       bool
	after      []*func() // to be called then
}

// enter begins a handshake, of which there may be so many. If the error is nil handshook has to follow, and leave when it or
// the handler of its connection is over.
func (t *tracker) enter(most int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.mayOpen(most); err != nil {
		return err
	}
	t.active++
	t.opening++
	return nil
}

// mayOpen returns why no other handshake may begin. t.mu is held.
func (t *tracker) mayOpen(most int) error {
	switch {
	case t.phase != serving:
		return errClosing
	case most > 0 && t.opening >= most:
		return errMaxHandshakes
	}
	return nil
}

// handshook ends a handshake, whatever has become of it.
func (t *tracker) handshook() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.opening--
}

// leave ends what enter or open began.
func (t *tracker) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.left()
}

// left counts down. t.mu is held.
func (t *tracker) left() {
	t.active--
	if t.active == 0 && t.idle != nil {
		close(t.idle)
		t.idle = nil
	}
}

// ended returns a channel that is closed when nothing is active any more.
func (t *tracker) ended() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.idle == nil {
		t.idle = make(chan struct{})
	}
	idle := t.idle
	if t.active == 0 {
		close(t.idle)
		t.idle = nil
	}
	return idle
}

// all returns the connections that there are. t.mu is held.
func (t *tracker) all() []*websocket.Conn {
	conns := make([]*websocket.Conn, 0, t.conns)
	for m := range t.members.all() {
		conns = append(conns, m.conn)
	}
	return conns
}

// add makes c the connection of m and returns the phase in which that was: after serving, it is up to the
// caller to close c. It reports whether c has ended already, which is to be counted then.
func (t *tracker) add(m *member, c *websocket.Conn) (p phase, gone bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m.conn = c
	if !m.gone {
		t.members.add(m)
		t.conns++
		t.active++
	}
	if t.phase == serving {
		m.fate = accepted
		t.counts.accepted++
	}
	return t.phase, m.gone
}

// closed is the connection's Setup.Closed.
func (m *member) closed() {
	var e ended
	c := m.goes()
	if c != nil {
		e = endOf(c)
	}
	for _, f := range m.leave(c != nil, e) {
		(*f)()
	}
}

// goes says that the connection is gone, and returns it if it was added before.
func (m *member) goes() *websocket.Conn {
	m.tracker.mu.Lock()
	defer m.tracker.mu.Unlock()
	m.gone = true
	return m.conn
}

// leave takes m out of its tracker, with e if its connection was added, and returns what is to be called then.
func (m *member) leave(added bool, e ended) []*func() {
	t := m.tracker
	t.mu.Lock()
	defer t.mu.Unlock()
	if added {
		t.counts.end(m.fate, e)
		m.unlink()
		t.conns--
		t.left()
	}
	m.dismissed()
	after := m.after
	m.after = nil
	return after
}

// afterFunc has f called when the connection is gone, unless stop is called first.
func (m *member) afterFunc(f func()) (stop func() bool) {
	m.tracker.mu.Lock()
	defer m.tracker.mu.Unlock()
	if m.gone {
		go f()
		return func() bool { return false }
	}
	m.after = append(m.after, &f)
	return func() bool {
		m.tracker.mu.Lock()
		defer m.tracker.mu.Unlock()
		i := slices.Index(m.after, &f)
		if i < 0 {
			return false
		}
		m.after = slices.Delete(m.after, i, i+1)
		return true
	}
}

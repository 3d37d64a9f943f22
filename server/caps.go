package server

import (
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// admission is what a connection holds of a Server's caps.
type admission struct {
	counts  bool
	address string      // "" if that does not count
	age     *time.Timer // nil without Server.MaxAge
}

var (
	errMaxConns = &handshake.Error{
		Status: http.StatusServiceUnavailable,
		Rule:   "6455-4.2.2-11",
		Text:   "the server has as many connections as it takes",
		Option: "Server.MaxConns",
	}
	errMaxConnsPerAddress = &handshake.Error{
		Status: http.StatusServiceUnavailable,
		Rule:   "6455-4.2.2-11",
		Text:   "the server has as many connections of this address as it takes",
		Option: "Server.MaxConnsPerAddress",
	}
	errMaxHandshakes = &handshake.Error{
		Status: http.StatusServiceUnavailable,
		Rule:   "6455-4.2.2-11",
		Text:   "the server conducts as many opening handshakes as it takes",
		Option: "Server.MaxHandshakes",
	}
)

// admit gives m a place among the connections, until it is dismissed or gone, or returns which cap is reached.
//
//rfc:6455-4.2.2-11
func (s *Server) admit(m *member, r *http.Request) error {
	if s.MaxConns <= 0 && s.MaxConnsPerAddress <= 0 {
		return nil
	}
	a := &admission{counts: true}
	if s.MaxConnsPerAddress > 0 {
		a.address = s.addressOf(r)
	}
	return s.tracker.admit(m, a, s.MaxConns, s.MaxConnsPerAddress)
}

// addressOf returns whose connection r asks for.
func (s *Server) addressOf(r *http.Request) string {
	if s.Address != nil {
		return s.Address(r)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (t *tracker) admit(m *member, a *admission, conns, perAddress int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case conns > 0 && t.admitted >= conns:
		return errMaxConns
	case a.address != "" && t.perHost[a.address] >= perAddress:
		return errMaxConnsPerAddress
	}
	t.admitted++
	if a.address != "" {
		if t.perHost == nil {
			t.perHost = make(map[string]int)
		}
		t.perHost[a.address]++
	}
	m.admission = a
	return nil
}

// dismiss gives up what m holds of the caps: no connection comes about.
func (m *member) dismiss() {
	m.tracker.mu.Lock()
	defer m.tracker.mu.Unlock()
	m.dismissed()
}

// dismissed is dismiss. The tracker's lock is held.
func (m *member) dismissed() {
	a, t := m.admission, m.tracker
	if a == nil {
		return
	}
	m.admission = nil
	if a.age != nil {
		a.age.Stop()
	}
	if a.counts {
		t.admitted--
	}
	if a.address == "" {
		return
	}
	if t.perHost[a.address]--; t.perHost[a.address] == 0 {
		delete(t.perHost, a.address)
	}
}

// limitAge has c closed at the end of Server.MaxAge, or somewhat before.
func (s *Server) limitAge(m *member, c *websocket.Conn) {
	if s.MaxAge <= 0 {
		return
	}
	age := s.MaxAge - rand.N(s.MaxAge/10+1)
	t := &s.tracker
	t.mu.Lock()
	defer t.mu.Unlock()
	if m.gone {
		return
	}
	if m.admission == nil {
		m.admission = new(admission)
	}
	m.admission.age = time.AfterFunc(age, func() {
		m.end(tooOld)
		c.StartClose(websocket.CloseGoingAway, "time to reconnect")
	})
}

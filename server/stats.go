package server

import "sync/atomic"

// Stats is what a Server has, and has had to do with.
type Stats struct {
	Conns      int   // connections now
	Handshakes int   // opening handshakes now
	Accepted   int64 // handshakes that have led to a connection
	Refused    int64 // handshakes that have not, whoever was at fault
	Dropped    int64 // raw connections closed at once because of Server.MaxHandshakes
}

type counts struct{ accepted, refused, dropped atomic.Int64 }

// Stats returns what there is and was. Safe for concurrent use.
func (s *Server) Stats() Stats {
	t := &s.tracker
	t.mu.Lock()
	defer t.mu.Unlock()
	return Stats{
		Conns:      t.conns,
		Handshakes: t.opening,
		Accepted:   s.counts.accepted.Load(),
		Refused:    s.counts.refused.Load(),
		Dropped:    s.counts.dropped.Load(),
	}
}

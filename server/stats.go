package server

import (
	"maps"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Stats is what a Server has, and has had to do with. It becomes JSON as it is, for package expvar too.
type Stats struct {
	Conns      int // connections now
	Handshakes int // opening handshakes now

	Accepted int64         // handshakes that have led to a connection
	Refused  map[int]int64 // handshakes that were refused, by the status of the answer
	Failed   int64         // handshakes that have come to nothing without one: the peer was lost, say, or was too slow
	Dropped  int64         // raw connections closed at once because of Server.MaxHandshakes

	// ClosedByPeer and ClosedByServer are the connections that have ended, by the code of websocket.End and by whose
	// doing it was. A peer may choose its code: those of its codes that are beyond 64 different ones count as 0.
	ClosedByPeer, ClosedByServer map[websocket.CloseCode]int64

	BytesRead, BytesWritten int64 // on the wire, after the opening handshakes
}

// Stats returns what there is and was. It asks every connection for its bytes, which for 100,000 of them takes some 30
// milliseconds, in which nobody waits for it longer than 3. Safe for concurrent use.
func (s *Server) Stats() Stats {
	stats, conns := s.tracker.stats()
	for _, c := range conns { // the bytes of one that ends meanwhile are the same still, and not in stats
		s := c.Stats()
		stats.BytesRead += s.BytesRead
		stats.BytesWritten += s.BytesWritten
	}
	return stats
}

// stats returns what is counted, and the connections whose bytes are not yet.
func (t *tracker) stats() (Stats, []*websocket.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := &t.counts
	return Stats{
		Conns:          t.conns,
		Handshakes:     t.opening,
		Accepted:       c.accepted,
		Refused:        maps.Clone(c.refused),
		Failed:         c.failed,
		Dropped:        c.dropped,
		ClosedByPeer:   maps.Clone(c.byPeer),
		ClosedByServer: maps.Clone(c.byServer),
		BytesRead:      c.read,
		BytesWritten:   c.written,
	}, t.all()
}

// counts is what a tracker counts; its lock guards that.
type counts struct {
	accepted, failed, dropped int64
	refused                   map[int]int64
	byPeer, byServer          map[websocket.CloseCode]int64
	read, written             int64 // bytes of connections that are gone
}

// refuse counts a refusal.
func (c *counts) refuse(status int) { countIn(&c.refused, status) }

// mostCodes is how many different codes of peers are counted.
const mostCodes = 64

// ended is how a connection has ended.
type ended struct {
	by    websocket.End
	total websocket.Stats
}

// endOf returns how c has ended. It is not for those who hold a lock: hooks of c, which may hold c's, may ask for
// Server.Stats.
func endOf(c *websocket.Conn) ended { return ended{c.End(), c.Stats()} }

// end counts how a connection has ended. One that was never accepted, since the server was stopping, has no code.
func (c *counts) end(f fate, e ended) {
	c.read += e.total.BytesRead
	c.written += e.total.BytesWritten
	switch {
	case f < accepted:
	case !e.by.ByPeer:
		countIn(&c.byServer, e.by.Code)
	case c.byPeer[e.by.Code] == 0 && len(c.byPeer) >= mostCodes:
		countIn(&c.byPeer, 0)
	default:
		countIn(&c.byPeer, e.by.Code)
	}
}

func countIn[K comparable](m *map[K]int64, key K) {
	if *m == nil {
		*m = make(map[K]int64)
	}
	(*m)[key]++
}

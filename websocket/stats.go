package websocket

import (
	"sync/atomic"
	"time"
)

// Stats counts what went over a connection.
type Stats struct {
	MessagesRead, MessagesWritten int64
	BytesRead, BytesWritten       int64         // on the wire, after the opening handshake
	RTT                           time.Duration // the last one measured by a Ping, 0 if none was
	Inflated, Deflated            CompressedStats
	Held                          int64 // bytes that the connection holds for compression now
}

// counters is Stats while it is counted.
type counters struct {
	messagesRead, messagesWritten, bytesRead, bytesWritten, rtt atomic.Int64
}

// Stats returns what went over the connection so far. Safe for concurrent use.
func (c *Conn) Stats() Stats {
	s := Stats{
		MessagesRead:    c.stats.messagesRead.Load(),
		MessagesWritten: c.stats.messagesWritten.Load(),
		BytesRead:       c.stats.bytesRead.Load(),
		BytesWritten:    c.stats.bytesWritten.Load(),
		RTT:             time.Duration(c.stats.rtt.Load()),
	}
	if d := c.ep.Deflate(); d != nil {
		s.Inflated, s.Deflated, s.Held = d.Inflated(), d.Deflated(), d.Held()
	}
	return s
}

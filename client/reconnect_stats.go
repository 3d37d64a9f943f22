package client

import "time"

// ReconnectStats is what there is to measure of a [Reconnecting]. Both queues are counted in messages and in their
// bytes.
type ReconnectStats struct {
	// Attempts counts the attempts to connect since the last connection was open, or from the beginning: the one that
	// is under way or has led to the open connection is among them.
	Attempts int
	// Losses counts the connections that came to their end.
	Losses int
	// Down is how long there has been no connection, 0 while there is one.
	Down time.Duration
	// OutboxMessages and OutboxBytes are in the outbox.
	OutboxMessages, OutboxBytes int
	// UnreadMessages and UnreadBytes were received and have not been read yet.
	UnreadMessages, UnreadBytes int
}

// Stats returns how r fares. Safe for concurrent use.
func (r *Reconnecting) Stats() ReconnectStats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := ReconnectStats{
		Attempts:       r.attempts,
		Losses:         r.losses,
		OutboxMessages: len(r.outbox.queue), OutboxBytes: r.outbox.bytes,
		UnreadMessages: len(r.unread.queue), UnreadBytes: r.unread.bytes - messageOverhead*len(r.unread.queue),
	}
	if r.conn == nil {
		s.Down = time.Since(r.since)
	}
	return s
}

package websocket

import "io"

// StreamPair returns the two ends of a stream in memory, as Pipe puts them
// under its Conns.
func StreamPair() (a, b io.ReadWriteCloser) {
	x, y := newHalfPipe(), newHalfPipe()
	return &pipeEnd{in: x, out: y}, &pipeEnd{in: y, out: x}
}

// Poison has memory that is given back overwritten, as builds with the race
// detector do. It is called before all tests.
func Poison() { poisoning = true }

// Waiting returns how many calls wait for a place in the order.
func (c *Conn) Waiting() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for w := c.sending.line.head; w != nil; w = w.next {
		n++
	}
	return n
}

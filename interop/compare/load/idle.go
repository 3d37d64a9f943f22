package load

import (
	"fmt"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Idle opens n connections to the server of process pid, sends one message over
// each, leaves them alone for a while, and returns by how many bytes the
// server's resident memory has grown for each of them.
func Idle(addr string, pid, n int, settle time.Duration) (perConn float64, err error) {
	m := newMessage(protocol.OpBinary, 128, 0)
	first, err := dialAll(addr, 1, m.frame, m.answer) // what is loaded once is not per connection
	defer closeAll(first)
	if err != nil {
		return 0, err
	}
	<-time.After(settle)
	before, err := residentBytes(pid)
	if err != nil {
		return 0, err
	}
	conns, err := dialAll(addr, n, m.frame, m.answer)
	defer closeAll(conns)
	if err != nil {
		return 0, err
	}
	<-time.After(settle)
	after, err := residentBytes(pid)
	if err != nil {
		return 0, err
	}
	other := newMessage(protocol.OpBinary, 128, 1)
	for i, c := range conns {
		if err := exchange(c, other.frame, other.answer); err != nil {
			return 0, fmt.Errorf("connection %d, after a rest: %w", i, err)
		}
	}
	return float64(after-before) / float64(n), nil
}

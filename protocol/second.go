package protocol

import (
	"io"
	"net"
	"os"
	"sync"
)

// second is another descriptor of the socket, for who reads while the loop of
// Messages has the read lock of the first: the application or Close, in the
// loop's body. Hardly any program does that, so it is made when one does.
type second struct {
	mu     sync.Mutex
	conn   net.Conn
	closed bool
}

// in returns what to read from.
func (c *Conn) in() (io.Reader, error) {
	if !c.edge.running.Load() {
		return c.stream, nil
	}
	s := &c.second
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, net.ErrClosed
	}
	if s.conn == nil {
		var err error
		if s.conn, err = duplicate(c.stream); err != nil {
			return nil, err
		}
		c.readGate.also(s.conn.SetReadDeadline)
	}
	return s.conn, nil
}

// duplicate returns another descriptor of a socket.
func duplicate(socket io.Closer) (net.Conn, error) {
	f, err := socket.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return net.FileConn(f)
}

// close closes it for good.
func (s *second) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.conn != nil {
		s.conn.Close()
	}
}

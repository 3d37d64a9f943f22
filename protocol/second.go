package protocol

import (
	"io"
	"net"
	"os"
)

// in returns what to read from. While the loop of Messages has the read lock
// of the socket's descriptor, that is another descriptor of the same socket:
// the application or Close reads, in the loop's body. Hardly any program does
// that, so it is made when one does.
func (c *Conn) in() (io.Reader, error) {
	if !c.edge.running.Load() {
		return c.stream, nil
	}
	g := &c.readGate
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.off {
		return nil, net.ErrClosed
	}
	if c.second == nil {
		var err error
		if c.second, err = duplicate(c.stream); err != nil {
			return nil, err
		}
		if g.fired {
			c.second.SetReadDeadline(aLongTimeAgo)
		}
	}
	return c.second, nil
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

// closeSecond closes the other descriptor, if there is one. No other is made
// after readGate has been released.
func (c *Conn) closeSecond() {
	c.readGate.mu.Lock()
	defer c.readGate.mu.Unlock()
	if c.second != nil {
		c.second.Close()
	}
}

//go:build !unix

package websocket

import "syscall"

// newRaw returns nil where sockets are no files: reads and writes go through the
// transport's methods.
func newRaw(syscall.Conn) syscall.RawConn { return nil }

// tryWrite writes to a pipe what there is room for now.
func (s *stream) tryWrite(flow *outflow) (n int, err error) {
	return s.pipe.out.write(flow.next())
}

// writeSome waits for room in a pipe and writes what fits then.
func (s *stream) writeSome(flow *outflow) (n int, err error) {
	if err := s.pipe.out.waitForRoom(); err != nil {
		return 0, err
	}
	return s.tryWrite(flow)
}

// arrival is of no use without a RawConn.
type arrival struct{}

// readSocket is not called without a RawConn.
func (c *Conn) readSocket([]byte) ([]byte, error) { return nil, nil }

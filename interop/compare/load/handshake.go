package load

import (
	"errors"
	"io"
	"net/netip"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
)

// Handshake describes a load of opening handshakes, after each of which the
// connection is reset.
type Handshake struct {
	Conns            int // at a time
	Warmup, Duration time.Duration
}

// Run loads the server of process pid.
func (h Handshake) Run(addr string, pid int) (r Result, err error) {
	defer onClientCPU()()

	f, err := h.fleet(addr)
	if err != nil {
		return r, err
	}
	defer f.close()
	r.Messages, r.CPU, err = f.measure(pid, h.Warmup, h.Duration)
	return r, err
}

// fleet sends everyone's first request.
func (h Handshake) fleet(addr string) (*fleet, error) {
	to, err := netip.ParseAddrPort(addr)
	if err != nil {
		return nil, err
	}
	u, err := handshake.ParseURL("ws://" + addr + "/")
	if err != nil {
		return nil, err
	}
	offer := handshake.Offer{Key: handshake.NewKey()}
	request, err := handshake.AppendRequest(nil, u, offer)
	if err != nil {
		return nil, err
	}
	f := &fleet{batches: [][]byte{request}, due: 1, take: takeResponse(offer), conns: make([]conn, h.Conns)}
	f.next = func(c *conn) error { return f.reconnect(c, to) }
	for i := range f.conns {
		f.conns[i] = conn{fd: -1, number: i}
	}
	if f.poller, err = newPoller(h.Conns); err != nil {
		return nil, err
	}
	return f, f.startAll()
}

// reconnect begins again with a new socket.
func (f *fleet) reconnect(c *conn, to netip.AddrPort) (err error) {
	if c.fd >= 0 {
		closeSocket(c.fd)
	}
	if c.fd, err = connect(to); err != nil {
		return err
	}
	if err := f.poller.add(c.fd, c.number); err != nil {
		return err
	}
	return f.start(c)
}

// takeResponse counts the whole responses to offer, one a connection.
func takeResponse(offer handshake.Offer) func(*conn) (int, error) {
	buf := make([]byte, 4096)
	return func(c *conn) (int, error) {
		n, err := receive(c.fd, buf)
		if err != nil {
			return 0, err
		}
		c.head = append(c.head, buf[:n]...)
		response, size, err := handshake.ParseResponse(c.head, handshake.Limits{})
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			return 0, nil
		case err != nil:
			return 0, err
		case size < len(c.head):
			return 0, errExcess
		}
		c.head = c.head[:0]
		_, err = handshake.CheckResponse(response, offer)
		return 1, err
	}
}

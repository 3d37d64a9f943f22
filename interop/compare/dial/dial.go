// Package dial opens WebSocket connections and stops there: what goes over them
// then is for the caller to write and read.
package dial

import (
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
)

// ErrDeclined says that the server did not agree to just what was wanted.
var ErrDeclined = errors.New("the server does not agree to permessage-deflate as wanted")

// Dial connects to a server and completes the opening handshake, all within
// timeout. No byte behind the handshake has been read. The server has to agree
// to permessage-deflate with all parameters of want; with nil it is not
// offered.
func Dial(addr string, want *handshake.Deflate, timeout time.Duration) (*net.TCPConn, error) {
	c, err := net.DialTimeout("tcp", addr, timeout)
	if err != nil {
		return nil, err
	}
	c.SetDeadline(time.Now().Add(timeout))
	accepted, err := open(c, addr, want)
	if err == nil && want != nil {
		err = agree(accepted, *want)
	}
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("opening handshake: %w", err)
	}
	return c.(*net.TCPConn), c.SetDeadline(time.Time{})
}

// open is the opening handshake (section 4.1 of RFC 6455).
func open(c net.Conn, addr string, want *handshake.Deflate) ([]handshake.Extension, error) {
	u, err := handshake.ParseURL("ws://" + addr + "/")
	if err != nil {
		return nil, err
	}
	offer := handshake.Offer{Key: handshake.NewKey()}
	if want != nil {
		offer.Extensions = []handshake.Extension{handshake.OfferDeflate(*want)}
	}
	request, err := handshake.AppendRequest(nil, u, offer)
	if err != nil {
		return nil, err
	}
	if _, err := c.Write(request); err != nil {
		return nil, err
	}
	var buf [4096]byte
	for have := 0; have < len(buf); {
		n, err := c.Read(buf[have:])
		if err != nil {
			return nil, err
		}
		have += n
		response, size, err := handshake.ParseResponse(buf[:have], handshake.Limits{})
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			continue
		case err != nil:
			return nil, err
		case size < have:
			return nil, fmt.Errorf("the server sent %q unasked", buf[size:have])
		}
		accepted, err := handshake.CheckResponse(response, offer)
		return accepted.Extensions, err
	}
	return nil, errors.New("the response has no end")
}

// agree compares what the server has accepted with what was wanted.
func agree(accepted []handshake.Extension, want handshake.Deflate) error {
	agreed, ok, err := handshake.CheckDeflate(accepted, want)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrDeclined, err)
	case !ok:
		return ErrDeclined
	case agreed != want:
		return fmt.Errorf("%w: it accepts %s", ErrDeclined, handshake.AppendExtensions(nil, accepted))
	}
	return nil
}

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

// Dial connects to a server and completes the opening handshake, all within
// timeout. No byte behind the handshake has been read.
func Dial(addr string, timeout time.Duration) (*net.TCPConn, error) {
	c, err := net.DialTimeout("tcp", addr, timeout)
	if err != nil {
		return nil, err
	}
	c.SetDeadline(time.Now().Add(timeout))
	if err := open(c, addr); err != nil {
		c.Close()
		return nil, fmt.Errorf("opening handshake: %w", err)
	}
	return c.(*net.TCPConn), c.SetDeadline(time.Time{})
}

// open is the opening handshake (section 4.1 of RFC 6455).
func open(c net.Conn, addr string) error {
	u, err := handshake.ParseURL("ws://" + addr + "/")
	if err != nil {
		return err
	}
	offer := handshake.Offer{Key: handshake.NewKey()}
	request, err := handshake.AppendRequest(nil, u, offer)
	if err != nil {
		return err
	}
	if _, err := c.Write(request); err != nil {
		return err
	}
	var buf [4096]byte
	for have := 0; have < len(buf); {
		n, err := c.Read(buf[have:])
		if err != nil {
			return err
		}
		have += n
		response, size, err := handshake.ParseResponse(buf[:have], handshake.Limits{})
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			continue
		case err != nil:
			return err
		case size < have:
			return fmt.Errorf("the server sent %q unasked", buf[size:have])
		}
		_, err = handshake.CheckResponse(response, offer)
		return err
	}
	return errors.New("the response has no end")
}

package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/seed372fb791/rfc6455/interop/compare/dial"
)

// patience is the longest wait for anything.
const patience = 10 * time.Second

var errExcess = errors.New("more came back than was sent")

// exchange sends frames and compares what comes back.
func exchange(c net.Conn, frames, answers []byte) error {
	c.SetDeadline(time.Now().Add(patience))
	defer c.SetDeadline(time.Time{})
	if _, err := c.Write(frames); err != nil {
		return err
	}
	got := make([]byte, len(answers))
	if _, err := io.ReadFull(c, got); err != nil {
		return fmt.Errorf("waiting for the answers: %w", err)
	}
	if !bytes.Equal(got, answers) {
		return fmt.Errorf("the answers differ: got %.20x and so on, want %.20x", got, answers)
	}
	return nil
}

// dialAll opens n connections and has each echo.
func dialAll(addr string, n int, frames, answers []byte) (conns []*net.TCPConn, err error) {
	for i := range n {
		c, err := dial.Dial(addr, nil, patience)
		if err != nil {
			return conns, fmt.Errorf("connection %d: %w", i, err)
		}
		c.SetLinger(0) // no sockets in TIME_WAIT from one sample to the next
		conns = append(conns, c)
		if err := exchange(c, frames, answers); err != nil {
			return conns, fmt.Errorf("connection %d: %w", i, err)
		}
	}
	return conns, nil
}

func closeAll(conns []*net.TCPConn) {
	for _, c := range conns {
		c.Close()
	}
}

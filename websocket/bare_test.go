package websocket_test

import (
	"net"
	"sync/atomic"
	"testing"

	. "github.com/seed372fb791/rfc6455/websocket"
)

// wrapped is a socket with something around it that is told of the end.
type wrapped struct {
	net.Conn
	closed, through atomic.Int32
}

func (c *wrapped) Socket() net.Conn { return c.Conn }

func (c *wrapped) Close() error {
	c.closed.Add(1)
	return c.Conn.Close()
}

func (c *wrapped) Read(p []byte) (int, error) {
	c.through.Add(1)
	return c.Conn.Read(p)
}

func (c *wrapped) Write(p []byte) (int, error) {
	c.through.Add(1)
	return c.Conn.Write(p)
}

// A transport that shows its socket is told of the end, and bytes go past it.
func TestSocketOfATransport(t *testing.T) {
	a, b := tcpPair(t)
	over := &wrapped{Conn: a}
	s, c := NewConn(over, Server, Setup{}, Options{}), NewConn(b, Client, Setup{}, Options{})
	go echo(s)
	for _, n := range []int{1, 1000, 300_000} {
		if err := c.Write(background, Binary, make([]byte, n)); err != nil {
			t.Fatal(err)
		}
		if _, p, err := c.Read(background); err != nil || len(p) != n {
			t.Fatal(len(p), err)
		}
	}
	if err := c.Close(background, CloseNormal, ""); err != nil {
		t.Error(err)
	}
	<-s.Done()
	if n := over.closed.Load(); n != 1 {
		t.Errorf("closed %d times", n)
	}
	if n := over.through.Load(); n > 1 { // the last look for the end of TCP
		t.Errorf("%d calls of Read and Write", n)
	}
}

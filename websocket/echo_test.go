package websocket_test

import (
	"bytes"
	"errors"
	"net"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/race"

	. "github.com/seed372fb791/rfc6455/websocket"
)

//rfc:6455-5.2-12 6455-5.4-13 6455-6.1-9 6455-6.2-4 6455-7.1.2-1 6455-7.1.5-1 6455-7.1.6-1
func TestEcho(t *testing.T) {
	big := Options{MaxMessage: 8 << 20}
	overEach(t, big, big, func(t *testing.T, s, c *Conn) {
		ended := make(chan error, 1)
		go func() { ended <- echo(s) }()
		for _, n := range []int{0, 1, 125, 126, 4000, 4096, 10000, 65535, 65536, 70000, 1 << 20, race.Fewer(5 << 20)} {
			p := bytes.Repeat([]byte("0123456789"), n/10+1)[:n]
			go c.Write(background, Binary, p)
			typ, got, err := c.Read(background)
			if err != nil || typ != Binary || !bytes.Equal(got, p) {
				t.Fatalf("%d bytes: %v, %d bytes, %v", n, typ, len(got), err)
			}
		}
		if err := c.Close(background, CloseNormal, "bye"); err != nil {
			t.Error(err)
		}
		closedWith(t, <-ended, CloseNormal, "bye")
		<-s.Done()
	})
}

func TestReceivedWithTheHandshake(t *testing.T) {
	frame := []byte{0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}
	for cut := range len(frame) + 1 {
		a, b := StreamPair()
		b.Write(frame[cut:])
		s := NewConn(a, Server, Setup{Received: bytes.Clone(frame[:cut])}, Options{})
		if typ, p, err := s.Read(background); err != nil || typ != Text || string(p) != "Hello" {
			t.Errorf("%d bytes with the handshake: %v %q %v", cut, typ, p, err)
		}
		s.CloseNow()
		b.Close()
	}
}

func TestSetup(t *testing.T) {
	a, b := StreamPair()
	defer b.Close()
	told := make(chan bool, 2)
	c := NewConn(a, Server, Setup{Subprotocol: "chat", Closed: func() { told <- true }}, Options{})
	if c.Subprotocol() != "chat" {
		t.Error(c.Subprotocol())
	}
	if err := c.CloseNow(); err != nil {
		t.Error(err)
	}
	<-told
	<-c.Done()
	if err := c.CloseNow(); !errors.Is(err, net.ErrClosed) || len(told) > 0 {
		t.Error(err, "or told twice")
	}
}

package websocket_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	. "github.com/seed372fb791/rfc6455/websocket"
	"golang.org/x/net/nettest"
)

// The tests that golang.org/x/net has for whatever calls itself a net.Conn.
func TestNetConn(t *testing.T) {
	nettest.TestConn(t, func() (a, b net.Conn, stop func(), err error) {
		s, c := overTCP(t, Options{}, Options{})
		a, b = s.NetConn(background, Binary), c.NetConn(background, Binary)
		return a, b, func() { s.CloseNow(); c.CloseNow(); a.Close(); b.Close() }, nil
	})
}

func TestNetConnEnds(t *testing.T) {
	for code, want := range map[CloseCode]error{CloseNormal: io.EOF, CloseGoingAway: io.EOF, CloseInternalError: nil} {
		s, c := inMemory(t, Options{}, Options{})
		go c.Close(background, code, "")
		_, err := s.NetConn(background, Text).Read(make([]byte, 1))
		if want == nil {
			closedWith(t, err, code, "")
		} else if err != want {
			t.Error(err)
		}
	}
}

//rfc:6455-7.4.1-5
func TestNetConnOfTheOtherType(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	go c.WriteText(background, "text")
	heard := make(chan error)
	go func() {
		_, _, err := c.Read(background)
		heard <- err
	}()
	_, err := s.NetConn(background, Binary).Read(make([]byte, 10))
	var failed *ProtocolError
	if !errors.As(err, &failed) || failed.Code != CloseUnsupportedData {
		t.Error(err)
	}
	closedWith(t, <-heard, CloseUnsupportedData, "")
}

// A deadline that has passed is not the end.
func TestNetConnGoesOnAfterADeadline(t *testing.T) {
	s, c := inMemory(t, Options{}, Options{})
	a, b := s.NetConn(background, Text), c.NetConn(background, Text)
	a.SetReadDeadline(time.Now().Add(-time.Second))
	if _, err := a.Read(make([]byte, 5)); err != os.ErrDeadlineExceeded {
		t.Error(err)
	}
	a.SetReadDeadline(time.Time{})
	go b.Write([]byte("hello"))
	p := make([]byte, 5)
	if _, err := io.ReadFull(a, p); err != nil || string(p) != "hello" {
		t.Errorf("%q %v", p, err)
	}
	if a.LocalAddr().String() != "websocket" || a.RemoteAddr().Network() != "websocket" {
		t.Error(a.LocalAddr(), a.RemoteAddr())
	}
}

func TestNetConnEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(background)
	s, _ := inMemory(t, Options{}, Options{})
	a := s.NetConn(ctx, Text)
	go cancel()
	if _, err := a.Read(make([]byte, 5)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := a.Write(nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

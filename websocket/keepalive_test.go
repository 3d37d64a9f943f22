package websocket_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// A silent peer is pinged, and given up when that brings nothing.
func TestKeepaliveOfADeadPeer(t *testing.T) {
	for name, use := range map[string]func(*Conn) error{
		"reading": func(c *Conn) error {
			_, _, err := c.Read(background)
			return err
		},
		"writing": func(c *Conn) error { return c.Write(background, Binary, make([]byte, 1<<20)) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _ := serverWithPeer(t, Options{WriteTimeout: -1})
				start := time.Now()
				err := use(s)
				var timeout *TimeoutError
				if !errors.As(err, &timeout) || !strings.Contains(err.Error(), "Options.Keepalive") {
					t.Error(err)
				}
				if took := time.Since(start); took != 40*time.Second {
					t.Errorf("given up after %v", took)
				}
				<-s.Done()
			})
		})
	}
}

// A peer that answers Pings, or sends anything at all, lives.
//
//rfc:6455-5.5.2-5
func TestKeepaliveOfALivePeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{}, Options{Keepalive: -1})
		go c.Read(background) // answers Pings
		go s.Read(background)
		time.Sleep(10 * time.Minute)
		select {
		case <-s.Done():
			t.Error("given up")
		default:
		}
		if n := s.Stats().BytesWritten; n < 10*60/20/2*10 || n > 10*60/20*10 { // 10 bytes each
			t.Errorf("%d bytes of Pings in ten minutes", n)
		}
	})
}

func TestKeepaliveTakesAnyByte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{FrameTimeout: -1})
		message := maskedFrame(protocol.OpText, true, strings.Repeat("drip", 20))
		go func() {
			for _, b := range message { // and never a Pong
				time.Sleep(19 * time.Second)
				peer.Write([]byte{b})
			}
		}()
		if _, p, err := s.Read(background); err != nil || len(p) != 80 {
			t.Errorf("%q %v", p, err)
		}
		if n := s.Stats().BytesWritten; n != 0 {
			t.Errorf("%d bytes written to a peer that is not silent", n)
		}
	})
}

// An application that takes its time over a message does not look for signs of
// life: it has not read them.
func TestKeepaliveOfABusyApplication(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{}, Options{Keepalive: -1})
		go c.Read(background)
		time.Sleep(time.Hour)
		go c.WriteText(background, "hello")
		if _, p, err := s.Read(background); err != nil || string(p) != "hello" {
			t.Errorf("%q %v", p, err)
		}
	})
}

func TestKeepaliveOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := serverWithPeer(t, Options{Keepalive: -1})
		go s.Read(background)
		time.Sleep(time.Hour)
		select {
		case <-s.Done():
			t.Error("given up")
		default:
		}
		if n := s.Stats().BytesWritten; n != 0 {
			t.Errorf("%d bytes written", n)
		}
	})
}

package websocket_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

//rfc:6455-5.5.2-3 6455-5.5.3-2
func TestPing(t *testing.T) {
	overEach(t, Options{}, Options{}, func(t *testing.T, s, c *Conn) {
		go s.Read(background)
		go c.Read(background)
		for _, c := range []*Conn{s, c} {
			rtt, err := c.Ping(background, nil)
			if err != nil || rtt <= 0 || c.Stats().RTT != rtt {
				t.Error(rtt, c.Stats().RTT, err)
			}
		}
	})
}

// A Pong stands for all earlier Pings: the peer may answer only the latest.
//
//rfc:6455-5.5.3-3 6455-5.5.3-5
func TestPongForSeveralPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, peer := withPeer(t, Client, Options{})
		go c.Read(background)
		type result struct {
			rtt time.Duration
			err error
		}
		got := make(chan result)
		for range 3 {
			go func() {
				rtt, err := c.Ping(background, nil)
				got <- result{rtt, err}
			}()
			synctest.Wait()
			time.Sleep(time.Second)
		}
		pings := make([]byte, 3*(2+4+8))
		io.ReadFull(peer, pings)
		peer.Write([]byte{0x8a, 0x02, 'h', 'i'}) // asked by nobody
		peer.Write([]byte{0x8a, 0x08, 0, 0, 0, 0, 0, 0, 0, 9})
		peer.Write([]byte{0x8a, 0x08, 0, 0, 0, 0, 0, 0, 0, 3})
		sum := time.Duration(0)
		for range 3 {
			r := <-got
			if r.err != nil {
				t.Error(r.err)
			}
			sum += r.rtt
		}
		if sum != (3+2+1)*time.Second {
			t.Error(sum)
		}
	})
}

func TestPingEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := serverWithPeer(t, Options{})
		if _, err := s.Ping(expire(t), nil); err != context.DeadlineExceeded {
			t.Error(err)
		}
		failed := make(chan error)
		go func() {
			_, err := s.Ping(background, nil)
			failed <- err
		}()
		synctest.Wait()
		s.CloseNow()
		if err := <-failed; !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if _, err := s.Ping(background, nil); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	})
}

// The goroutine that reads answers Pings though the peer does not read: it goes
// on to the message behind them.
//
//rfc:6455-5.5.2-4
func TestReadDoesNotWaitForPongs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		go func() {
			for range 4000 { // until the Pongs have filled the stream, and on
				peer.Write(maskedFrame(protocol.OpPing, true, strings.Repeat("p", 125)))
			}
			peer.Write(maskedFrame(protocol.OpText, true, "message"))
		}()
		began := time.Now()
		if _, p, err := s.Read(background); err != nil || string(p) != "message" || time.Since(began) > 0 {
			t.Errorf("%q %v after %v", p, err, time.Since(began))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{})
		go s.Write(background, Binary, make([]byte, 1<<20)) // fills the stream
		synctest.Wait()
		for range 100 {
			peer.Write(maskedFrame(protocol.OpPing, true, "ping"))
		}
		peer.Write(maskedFrame(protocol.OpText, true, "message"))
		began := time.Now()
		if _, p, err := s.Read(background); err != nil || string(p) != "message" || time.Since(began) > 0 {
			t.Errorf("%q %v after %v", p, err, time.Since(began))
		}
	})
}

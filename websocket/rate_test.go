package websocket_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// Frames are counted whatever they are, over a second at least: a peer may send what
// has gathered at once.
//
//rfc:6455-10.4-1
func TestMaxFrames(t *testing.T) {
	ping, empty := string(maskedFrame(protocol.OpPing, true, "")), string(maskedFrame(protocol.OpText, true, ""))
	piece := string(maskedFrame(protocol.OpText, false, "")) + strings.Repeat(string(maskedFrame(protocol.OpContinuation, false, "")), 99) + string(maskedFrame(protocol.OpContinuation, true, ""))
	for _, c := range []struct {
		name  string
		burst string
		every time.Duration
		times int
		ends  bool
	}{
		{"as many as allowed", strings.Repeat(ping, 100), time.Second, 20, false},
		{"a slow stream", empty, 10 * time.Millisecond, 500, false},
		{"a late burst", strings.Repeat(empty, 500), 6 * time.Second, 4, false},
		{"pings", strings.Repeat(ping, 100), 900 * time.Millisecond, 100, true},
		{"messages", empty, 9 * time.Millisecond, 2000, true},
		{"fragments", piece, 900 * time.Millisecond, 100, true},
		{"at once", strings.Repeat(ping, 601), 0, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for way, readAll := range waysToRead {
					if ended := floods(t, readAll, c.burst, c.every, c.times); ended != c.ends {
						t.Errorf("%s: ended: %v", way, ended)
					}
				}
			})
		})
	}
}

// waysToRead read all messages, and return why there are no more.
var waysToRead = map[string]func(*Conn) error{
	"Read": func(c *Conn) (err error) {
		for err == nil {
			_, _, err = c.Read(background)
		}
		return err
	},
	"Messages": func(c *Conn) error {
		for _, err := range c.Messages(background) {
			if err != nil {
				return err
			}
		}
		return nil
	},
	"BorrowMessages": func(c *Conn) error {
		for _, err := range c.BorrowMessages(background) {
			if err != nil {
				return err
			}
		}
		return nil
	},
}

// floods sends bursts to a connection that bears 100 frames a second, and reports whether
// they have ended it.
func floods(t *testing.T, readAll func(*Conn) error, burst string, every time.Duration, times int) bool {
	s, peer := serverWithPeer(t, Options{MaxFrames: 100})
	go io.Copy(io.Discard, peer)
	read := make(chan error, 1)
	go func() { read <- readAll(s) }()
	time.Sleep(6 * time.Second)
	for range times {
		if _, err := peer.Write([]byte(burst)); err != nil {
			break
		}
		time.Sleep(every)
	}
	synctest.Wait()
	select {
	case err := <-read:
		var limit *ProtocolError
		if !errors.As(err, &limit) || limit.Option != "Options.MaxFrames" || limit.Code != ClosePolicyViolation {
			t.Error(err)
		}
		return true
	default:
		return false
	}
}

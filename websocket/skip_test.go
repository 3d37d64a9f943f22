package websocket_test

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// Skipping the rest of a message that was taken with Reader goes on where a context has ended it.
func TestSkipGoesOn(t *testing.T) {
	for name, read := range ways {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := serverWithPeer(t, Options{})
				peer.Write(maskedFrame(protocol.OpText, false, "skipped"))
				if _, _, err := s.Reader(background); err != nil {
					t.Fatal(err)
				}
				for range 3 {
					if _, err := read(s, expire(t)); err != context.DeadlineExceeded {
						t.Fatal(err)
					}
					peer.Write(maskedFrame(protocol.OpContinuation, false, "skipped too"))
				}
				peer.Write(append(maskedFrame(protocol.OpContinuation, true, "the end"), bytes.Clone(hello)...))
				if p, err := read(s, background); err != nil || p != "Hello" {
					t.Errorf("%q %v", p, err)
				}
			})
		})
	}
}

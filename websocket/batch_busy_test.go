package websocket_test

import (
	"testing"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// A reader is not held up by what waits in a Batch while another goroutine writes to a peer that does not read.
func TestBatchDoesNotHoldUpTheReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := serverWithPeer(t, Options{Keepalive: -1})
		go s.Write(background, Binary, make([]byte, 128<<10)) // waits for the peer
		synctest.Wait()
		if err := s.Batch().WriteText(background, "later"); err != nil {
			t.Fatal(err)
		}
		go func() {
			for _, text := range []string{"one", "two"} {
				peer.Write(maskedFrame(protocol.OpText, true, text))
			}
		}()
		read := make(chan string, 2)
		go func() {
			for m, err := range s.Messages(background) {
				if err != nil {
					return
				}
				read <- string(m.Data)
			}
		}()
		synctest.Wait()
		if len(read) != 2 {
			t.Errorf("%d messages read, want 2", len(read))
		}
		s.CloseNow()
	})
}

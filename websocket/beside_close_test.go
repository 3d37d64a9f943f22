package websocket_test

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/seed372fb791/rfc6455/internal/race"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// Close takes the stream over between two calls that read, and holds the right to read for a moment. A call that came
// just then was told that another goroutine reads.
func TestReadWhenCloseTakesOver(t *testing.T) {
	for name, read := range ways {
		t.Run(name, func(t *testing.T) {
			for range race.Fewer(150) {
				s, c := Pipe(Options{}, Options{})
				go func() {
					for c.WriteText(background, "Hello") == nil {
					}
				}()
				go c.Discard(background)
				closed := make(chan error, 1)
				for n := 0; ; n++ {
					if n == 3 {
						go func() { closed <- s.Close(background, CloseNormal, "") }()
					}
					if _, err := read(s, background); err != nil {
						endedByClose(t, err, CloseNormal)
						break
					}
				}
				if err := await(t, "Close", closed); err != nil {
					t.Error(err)
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

// Close of a net.Conn ends a Read and a Write that wait, at once, and does not wait for the rest of a message.
func TestNetConnCloseEndsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{}, Options{})
		a := s.NetConn(background, Binary)
		var calls sync.WaitGroup
		calls.Go(func() {
			if n, err := a.Read(make([]byte, 10)); n != 0 || err != net.ErrClosed {
				t.Error(n, err)
			}
		})
		calls.Go(func() {
			var err error
			for err == nil {
				_, err = a.Write(make([]byte, 10_000)) // c does not read
			}
			if err != net.ErrClosed {
				t.Error(err)
			}
		})
		synctest.Wait()
		go a.Close()
		calls.Wait()
		go c.Discard(background)
		<-s.Done()
	})
}

func TestNetConnCloseInTheMiddleOfAMessage(t *testing.T) {
	s, c := inMemory(t, Options{MaxMessage: -1}, Options{})
	go func() {
		b := c.NetConn(background, Binary)
		defer b.Close()
		b.Write(make([]byte, 5<<20)) // more than Close would keep for a reader
		io.Copy(io.Discard, b)
	}()
	a := s.NetConn(background, Binary)
	if _, err := io.ReadFull(a, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if n, err := a.Read(make([]byte, 10)); n != 0 || !errors.Is(err, net.ErrClosed) {
		t.Error(n, err)
	}
}

package websocket_test

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"

	. "github.com/seed372fb791/rfc6455/websocket"
)

// When a connection ends, writes are told for certain whether anything of their message was handed to the transport:
// that of the one on its way was, those of all that wait behind it, with a place or without, were not.
func TestNotSentAtTheEnd(t *testing.T) {
	for name, end := range map[string]func(s *Conn, peer net.Conn){
		"lost":      func(_ *Conn, peer net.Conn) { peer.Close() },
		"CloseNow":  func(s *Conn, _ net.Conn) { s.CloseNow() },
		"both ways": func(s *Conn, peer net.Conn) { peer.Close(); s.CloseNow() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, peer := net.Pipe()
				defer peer.Close()
				s := NewConn(ours, Server, Setup{}, Options{MaxQueued: 1000, Keepalive: -1, WriteTimeout: -1})
				var results [6]error
				for i := range results {
					go func() { results[i] = s.Write(background, Binary, make([]byte, 400)) }()
					synctest.Wait()
				}
				end(s, peer)
				synctest.Wait()
				for i, err := range results {
					if !errors.Is(err, ErrClosed) || errors.Is(err, ErrNotSent) != (i > 0) {
						t.Errorf("message %d: %v", i, err)
					}
				}
				for what, err := range map[string]error{
					"Write":         s.WriteText(background, "late"),
					"WritePrepared": s.WritePrepared(background, prepared(t, 1, 10)),
					"Batch":         s.Batch().WriteText(background, "late"),
				} {
					if !errors.Is(err, ErrClosed) || !errors.Is(err, ErrNotSent) {
						t.Errorf("%s: %v", what, err)
					}
				}
			})
		})
	}
}

// Of a message in frames that has begun nothing certain is said: a frame that waits may not be the first.
func TestNotSentOfFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, peer := net.Pipe()
		defer peer.Close()
		s := NewConn(ours, Server, Setup{}, Options{MaxQueued: 1000, Keepalive: -1, WriteTimeout: -1})
		go s.Write(background, Binary, make([]byte, 400))
		synctest.Wait()
		w, err := s.Writer(background, Binary)
		if err != nil {
			t.Fatal(err)
		}
		result := make(chan error, 1)
		go func() {
			_, err := w.Write(make([]byte, 10_000))
			result <- err
		}()
		synctest.Wait()
		s.CloseNow()
		if err := <-result; !errors.Is(err, ErrClosed) || errors.Is(err, ErrNotSent) {
			t.Error(err)
		}
		if _, err := s.Writer(background, Text); !errors.Is(err, ErrClosed) || !errors.Is(err, ErrNotSent) {
			t.Error(err)
		}
	})
}

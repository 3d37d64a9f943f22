package websocket_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	. "github.com/seed372fb791/rfc6455/websocket"
)

// Pings that have left make room for more, however many there were.
func TestPingsOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{}, Options{})
		go s.Read(background)
		go c.Read(background)
		for i := range 200 {
			if _, err := s.Ping(background, nil); err != nil {
				t.Fatalf("Ping %d: %v", i, err)
			}
		}
	})
}

// Pings that were refused do not wait, so they take no room.
func TestPingsThatWereRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := inMemory(t, Options{}, Options{})
		go s.Read(background)
		go c.Read(background)
		var refused *SendError
		for i := range 100 {
			if _, err := s.Ping(background, []byte(strings.Repeat("p", 126))); !errors.As(err, &refused) {
				t.Fatalf("Ping %d: %v", i, err)
			}
		}
		if _, err := s.Ping(background, nil); err != nil {
			t.Error(err)
		}
	})
}

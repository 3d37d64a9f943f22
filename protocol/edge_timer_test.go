package protocol

import (
	"testing"
	"testing/synctest"
	"time"
)

// Keepalive and the look after a message share a timer: what was heard before the look counts for keepalive.
func TestOneTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := Pipe(Options{Keepalive: 20 * time.Second}, Options{Keepalive: -1})
		defer s.CloseNow()
		defer peer.CloseNow()
		s.reading.Store(true) // what it reads it says itself
		pings := func() uint32 {
			synctest.Wait()
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.lastPing
		}
		for range 5 {
			time.Sleep(15 * time.Second)
			s.armLook() // as a message does
		}
		if n := pings(); n != 0 {
			t.Errorf("%d Pings to a peer that was never silent for 20 s", n)
		}
		time.Sleep(20*time.Second + time.Millisecond)
		if n := pings(); n != 1 || s.edge.armed.Load() {
			t.Errorf("%d Pings after 20 s, a look is due: %v", n, s.edge.armed.Load())
		}
		time.Sleep(20 * time.Second)
		<-s.Done()
	})
}

// Without keepalive the timer is there for looks alone.
func TestTimerWithoutKeepalive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := Pipe(Options{Keepalive: -1}, Options{Keepalive: -1})
		defer s.CloseNow()
		defer peer.CloseNow()
		if s.timer != nil {
			t.Error("a timer that nobody needs")
		}
		s.armLook()
		s.heard.Store(true) // more has come
		time.Sleep(lookAfter + time.Millisecond)
		synctest.Wait()
		if s.edge.armed.Load() {
			t.Error("a look is due though there is nothing to see")
		}
	})
}

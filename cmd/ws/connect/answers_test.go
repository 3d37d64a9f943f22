package connect

import (
	"context"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// message has a message come and be shown.
func (a *answers) message() {
	a.shows()
	a.shown()
}

// ask sends a message.
func (a *answers) ask() {
	a.sending()
	a.wasSent(false)
}

// What happens around the end of stdin, and how long after it the wait is over.
func TestAnswers(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name   string
		before func(*answers) // the end of stdin
		then   func(*answers)
		want   time.Duration
		none   bool
	}{
		{"nothing was sent", func(*answers) {}, func(*answers) {}, quietTime, false},
		{"nothing was sent to one that sends by itself", func(*answers) {}, feed, quietTime, false},
		{"no answer", (*answers).ask, func(*answers) {}, answerTime, true},
		{"no answer, and it was waited for", func(a *answers) { a.ask(); time.Sleep(answerTime) }, func(*answers) {}, 0, true},
		{"no answer, and it was waited for a while", func(a *answers) { a.ask(); time.Sleep(2 * time.Second) }, func(*answers) {}, answerTime - 2*time.Second, true},
		{"after 50 ms", (*answers).ask, func(a *answers) { time.Sleep(50 * ms); a.message() }, 50*ms + quietTime, false},
		{"after 4 s", (*answers).ask, func(a *answers) { time.Sleep(4 * time.Second); a.message() }, 4*time.Second + quietTime, false},
		{"two after 4 s each", func(a *answers) { a.ask(); a.ask() }, func(a *answers) {
			for range 2 {
				time.Sleep(4 * time.Second)
				a.message()
			}
		}, 8*time.Second + quietTime, false},
		{"several to one", (*answers).ask, func(a *answers) {
			for range 10 {
				time.Sleep(quietTime - ms)
				a.message()
			}
		}, 10*(quietTime-ms) + quietTime, false},
		{"one message was refused", func(a *answers) { a.ask(); a.sending(); a.wasSent(true) }, func(a *answers) { a.message() }, quietTime, false},
		{"a greeting is no answer", func(a *answers) { a.message(); a.ask() }, func(*answers) {}, answerTime, true},
		{"answered before", func(a *answers) { a.ask(); a.message(); time.Sleep(time.Minute) }, feed, 0, false},
		{"stdout takes its time", (*answers).ask, func(a *answers) { a.shows(); time.Sleep(time.Hour); a.shown() }, time.Hour + quietTime, false},
		{"stdout takes its time, and stdin ends late", func(a *answers) { a.ask(); a.shows(); time.Sleep(time.Minute) }, func(a *answers) { time.Sleep(time.Hour); a.shown() }, time.Hour + quietTime, false},
		{"a Pong", (*answers).ask, func(a *answers) { time.Sleep(time.Second); a.frame(nil, websocket.Header{Opcode: protocol.OpPong}) }, answerTime, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAnswers(answerTime, quietTime)
				a.opened()
				c.before(a)
				end := time.Now()
				var server sync.WaitGroup
				defer server.Wait()
				server.Go(func() { c.then(a) })
				a.wait(t.Context())
				if got := time.Since(end); got != c.want {
					t.Errorf("waited %v, want %v", got, c.want)
				}
				if a.none() != c.none {
					t.Errorf("none: %v", a.none())
				}
			})
		})
	}
}

// feed is a server that sends by itself.
func feed(a *answers) {
	for range 1000 {
		time.Sleep(quietTime / 10)
		a.message()
	}
}

func TestAnswersEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		a, begin := newAnswers(answerTime, quietTime), time.Now()
		a.opened()
		a.ask()
		if a.wait(ctx); time.Since(begin) != time.Second {
			t.Errorf("waited %v", time.Since(begin))
		}
	})
}

// A long message comes slowly, and is waited for as long as bytes come.
func TestAnswersArriving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAnswers(answerTime, quietTime)
		here, there := net.Pipe()
		client := websocket.NewConn(here, websocket.Client, websocket.Setup{}, websocket.Options{Trace: &websocket.Trace{FrameRead: a.frame}})
		defer client.CloseNow()
		a.opened()
		a.ask()
		go func() {
			if _, _, err := client.Read(t.Context()); err != nil {
				t.Error(err)
			}
			a.message()
		}()
		const length = 10
		begin := time.Now()
		go func() {
			there.Write([]byte{0x82, length})
			for range length {
				time.Sleep(answerTime - time.Millisecond)
				there.Write([]byte("x"))
			}
		}()
		a.wait(t.Context())
		if got, want := time.Since(begin), length*(answerTime-time.Millisecond)+quietTime; got != want {
			t.Errorf("waited %v, want %v", got, want)
		}
	})
}

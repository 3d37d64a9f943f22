package client_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// ledger is what writers were told about their messages, and what has arrived.
type ledger struct {
	mu       sync.Mutex
	arrived  map[int][]int        // of each writer, in the order of arrival
	doubtful map[int]map[int]bool // Write or OnDrop said that it may not have arrived
	refused  map[int]map[int]bool // and here that it has not
}

func (l *ledger) note(m string, err error) {
	var writer, number int
	fmt.Sscan(m, &writer, &number)
	l.mu.Lock()
	defer l.mu.Unlock()
	var lost *client.LostError
	switch notes := l.refused; {
	case err == nil:
		l.arrived[writer] = append(l.arrived[writer], number)
		return
	case errors.As(err, &lost):
		notes = l.doubtful
		fallthrough
	default:
		if notes[writer] == nil {
			notes[writer] = make(map[int]bool)
		}
		notes[writer][number] = true
	}
}

// check wants the first n messages of a writer to have arrived once, in their order, or its writer to know.
func (l *ledger) check(t *testing.T, writer, n int) {
	last := -1
	for _, number := range l.arrived[writer] {
		if number <= last {
			t.Errorf("writer %d: %d arrived after %d", writer, number, last)
		}
		for missing := last + 1; missing < number; missing++ {
			l.wantTold(t, writer, missing)
		}
		if l.refused[writer][number] {
			t.Errorf("writer %d: %d arrived, though it was said not to be sent", writer, number)
		}
		last = number
	}
	for missing := last + 1; missing < n; missing++ {
		l.wantTold(t, writer, missing)
	}
}

func (l *ledger) wantTold(t *testing.T, writer, number int) {
	if !l.doubtful[writer][number] && !l.refused[writer][number] {
		t.Errorf("writer %d: %d was lost, and nobody told", writer, number)
	}
}

// Many write while the connection comes and goes, with each kind of outbox.
func TestReconnectFlapping(t *testing.T) {
	const writers, messages = 8, 300
	for _, outbox := range []client.Outbox{
		{},
		{MaxMessages: 20},
		{MaxMessages: 20, Full: client.OverflowDropsOldest},
		{MaxMessages: 20, MaxBytes: 90, Full: client.OverflowFails},
	} {
		t.Run(fmt.Sprintf("%+v", outbox), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &ledger{
					arrived:  make(map[int][]int),
					doubtful: make(map[int]map[int]bool),
					refused:  make(map[int]map[int]bool),
				}
				o := client.ReconnectOptions{Outbox: outbox, FirstDelay: second, StableAfter: 1}
				o.OnDrop = func(m websocket.Message, err error) { l.note(string(m.Data), err) }
				r := reconnect(t, o, flaps(l))
				over := readOn(r)
				var wg sync.WaitGroup
				for writer := range writers {
					wg.Go(func() {
						for number := range messages {
							m := fmt.Sprint(writer, number)
							if err := r.WriteText(t.Context(), m); err != nil {
								l.note(m, err)
							}
							time.Sleep(rand.N(100 * time.Millisecond))
						}
					})
				}
				wg.Wait()
				<-time.After(time.Minute) // what is in the outbox goes out
				r.Close(t.Context(), websocket.CloseNormal, "")
				<-over
				synctest.Wait()
				total := 0
				for writer := range writers {
					l.check(t, writer, messages)
					total += len(l.arrived[writer])
				}
				t.Logf("%d of %d arrived", total, writers*messages)
				if total < writers*messages/10 {
					t.Errorf("only %d of %d messages arrived", total, writers*messages)
				}
			})
		})
	}
}

// flaps is a server that ends its connections in the midst of a message, sooner or later, or closes them in order.
// All that it has received whole counts.
func flaps(l *ledger) func(net.Conn) {
	return func(nc net.Conn) {
		talks(func(c *websocket.Conn) { flap(c, l) })(&short{Conn: nc, left: 20 + rand.N(2000)})
	}
}

func flap(c *websocket.Conn, l *ledger) {
	ctx, cancel := context.WithTimeout(context.Background(), rand.N(5*second))
	defer cancel()
	context.AfterFunc(ctx, func() { c.Close(context.Background(), websocket.CloseGoingAway, "") })
	for m, err := range c.Messages(context.Background()) {
		if err != nil {
			<-c.Done()
			return
		}
		l.note(string(m.Data), nil)
	}
}

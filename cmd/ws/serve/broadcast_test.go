package serve

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

func TestBroadcastReachesAll(t *testing.T) {
	_, address := ws.Serve(t)
	url := "ws://" + address + "/broadcast"
	var members []*wstest.Process
	for i := range 4 {
		m := ws.Start(t, "connect", url)
		m.Say(fmt.Sprintf("from %d\n", i))
		m.Stdout.Wait(t, fmt.Sprintf("from %d\n", i))
		members = append(members, m)
	}
	elsewhere := ws.Connect(t, "elsewhere\n", "ws://"+address+"/")
	elsewhere.Want(0, "elsewhere\n", "")
	text := strings.Repeat("grüße ", 10000)
	members[0].Say(text + "\nend\n")
	for i, m := range members {
		m.Stdout.Wait(t, text+"\nend\n")
		m.Stdin.Close()
		var before strings.Builder
		for j := i; j < len(members); j++ { // those who came later spoke later
			fmt.Fprintf(&before, "from %d\n", j)
		}
		m.Want(0, before.String()+text+"\nend\n", "")
	}
}

func TestBroadcastHasOneOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom()
		const messages = 100
		members := []*websocket.Conn{enter(t, r), enter(t, r), enter(t, r), enter(t, r)}
		got := make([]bytes.Buffer, len(members))
		synctest.Wait()
		var all sync.WaitGroup
		for i, c := range members {
			all.Go(func() {
				for range len(members) * messages {
					_, p, err := c.Read(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					got[i].Write(p)
				}
			})
			all.Go(func() {
				for n := range messages {
					c.WriteText(t.Context(), fmt.Sprintf("%d:%d ", i, n))
				}
			})
		}
		all.Wait()
		for i := range got {
			if got[i].String() != got[0].String() {
				t.Errorf("member %d: %.100q, member 0: %.100q", i, &got[i], &got[0])
			}
		}
	})
}

// enter returns the client of a new member of r.
func enter(t *testing.T, r *room) *websocket.Conn {
	s, c := websocket.Pipe(websocket.Options{}, websocket.Options{})
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := r.serve(s); !errors.Is(err, websocket.ErrClosed) {
			t.Errorf("serve: %v", err)
		}
		<-s.Done()
	})
	t.Cleanup(func() {
		c.CloseNow()
		serving.Wait()
	})
	return c
}

// A member that is behind now and then gets every message in order.
func TestBroadcastCatchesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom()
		c := enter(t, r)
		synctest.Wait()
		sent, read := 0, 0
		for _, messages := range []int{1, 20, 1, 8, 9, 2, 30, 1} { // 8 of them fit into the pipe
			for range messages {
				m := hub.Message{Type: websocket.Binary, Data: bytes.Repeat([]byte{byte(sent)}, 8<<10-4)}
				if _, err := r.hub.Publish(t.Context(), everybody, m); err != nil {
					t.Fatal(err)
				}
				sent++
			}
			for ; read < sent; read++ {
				if _, p, err := c.Read(t.Context()); err != nil || p[0] != byte(read) {
					t.Fatalf("message %d is %.1x, %v", read, p, err)
				}
			}
			synctest.Wait()
			if n := r.hub.Stats().Queued; n != 0 {
				t.Errorf("%d messages sent, %d read, %d queued", sent, read, n)
			}
		}
	})
}

func TestBroadcastDoesNotWaitForThoseWhoDoNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom()
		const messages = 200
		payload := make([]byte, 8<<10)
		sender, reader := enter(t, r), enter(t, r)
		deaf := []*websocket.Conn{enter(t, r), enter(t, r), enter(t, r)}
		synctest.Wait()
		go func() {
			for range messages {
				sender.Write(t.Context(), websocket.Binary, payload)
			}
		}()
		begin := time.Now()
		var reading sync.WaitGroup
		for _, c := range []*websocket.Conn{sender, reader} {
			reading.Go(func() {
				for n := range messages {
					if _, _, err := c.Read(t.Context()); err != nil {
						t.Errorf("message %d: %v", n, err)
						return
					}
				}
			})
		}
		reading.Wait()
		if d := time.Since(begin); d != patience {
			t.Errorf("held up for %v, want %v", d, patience)
		}
		// What was sent before is there for who reads after all, then the reason.
		for _, c := range deaf {
			var end *websocket.CloseError
			for {
				if _, _, err := c.Read(t.Context()); err != nil {
					errors.As(err, &end)
					break
				}
			}
			if end == nil || end.Code != websocket.CloseTryAgainLater {
				t.Errorf("ended with %v", end)
			}
		}
	})
}

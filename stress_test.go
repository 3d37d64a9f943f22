package rfc6455_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/internal/race"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

const (
	workers = 200
	rounds  = 5  // of a worker, one under the race detector
	held    = 10 // connections that a worker has open at a time
)

// Ten thousand connections are opened, used, given up in the middle of reads
// and closed in every way by 200 goroutines. No message is lost or torn, and
// nothing is left behind.
func TestTenThousandConnections(t *testing.T) {
	descriptors := openDescriptors()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := server.Handler(answer, nil)
	served := make(chan error)
	go func() { served <- srv.Serve(l) }()

	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			w := &worker{t: t, url: "ws://" + l.Addr().String(), r: rand.New(rand.NewPCG(1, uint64(i)))}
			for range race.Fewer(rounds) {
				w.round()
			}
		})
	}
	all.Wait()
	if err := srv.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-served; err != server.ErrServerClosed {
		t.Error(err)
	}
	eventually(t, "goroutines of connections are left", func() bool { return connGoroutines() == 0 })
	eventually(t, "descriptors are left open", func() bool { return openDescriptors() <= descriptors+2 })
}

// answer echoes messages until one asks to close.
func answer(ctx context.Context, c *websocket.Conn) error {
	for m, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
		if string(m.Data) == "close" {
			return c.Close(ctx, 4000, "as you wish")
		}
		if err := c.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

// worker uses connections of its own.
type worker struct {
	t   *testing.T
	url string
	r   *rand.Rand
}

// round opens some connections, uses them in turn and closes them.
func (w *worker) round() {
	var conns []*websocket.Conn
	for range held {
		c, _, err := client.Dial(context.Background(), w.url, nil)
		if err != nil {
			w.t.Error(err)
			return
		}
		defer c.CloseNow()
		conns = append(conns, c)
	}
	for range 2 * held {
		w.use(conns[w.r.IntN(held)])
	}
	for _, c := range conns {
		w.end(c)
	}
}

// use sends a message and reads it back, giving up at random on the way.
func (w *worker) use(c *websocket.Conn) {
	word := binary.BigEndian.AppendUint64(nil, w.r.Uint64())
	sent := bytes.Repeat(word, 1<<w.r.IntN(12))
	if err := c.Write(context.Background(), websocket.Binary, sent); err != nil {
		w.t.Error(err)
		return
	}
	for {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(w.r.IntN(2000))*time.Microsecond)
		_, got, err := c.Read(ctx)
		cancel()
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			continue
		case err != nil || !bytes.Equal(got, sent):
			w.t.Errorf("sent %d bytes, got %d, %v", len(sent), len(got), err)
		}
		return
	}
}

// end closes a connection in one of the ways there are.
func (w *worker) end(c *websocket.Conn) {
	ctx := context.Background()
	switch w.r.IntN(4) {
	case 0:
		if err := c.Close(ctx, websocket.CloseNormal, ""); err != nil {
			w.t.Error(err)
		}
	case 1:
		c.CloseNow()
	case 2: // in the middle of a message
		m, err := c.Writer(ctx, websocket.Text)
		if err == nil {
			m.Write(make([]byte, 5000))
			c.CloseNow()
		}
	case 3: // the server closes
		c.WriteText(ctx, "close")
		var end *websocket.CloseError
		if _, _, err := c.Read(ctx); !errors.As(err, &end) || end.Code != 4000 || end.Reason != "as you wish" {
			w.t.Error(err)
		}
		<-c.Done()
	}
}

// eventually gives what ends by itself the time to do so.
func eventually(t *testing.T, what string, ended func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !ended() {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// connGoroutines counts the goroutines that run code of this module besides
// the tests.
func connGoroutines() int {
	buf := make([]byte, 16<<20)
	stacks := strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")
	n := 0
	for _, s := range stacks {
		if strings.Contains(s, "/protocol.") || strings.Contains(s, "/server.") || strings.Contains(s, "/client.") {
			n++
		}
	}
	return n
}

// openDescriptors counts the descriptors of the process, where the system
// lists them.
func openDescriptors() int {
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

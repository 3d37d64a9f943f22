package hub_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// smallBuffers is a listener whose connections have small buffers to write, so that who does not read is behind soon.
type smallBuffers struct{ net.Listener }

func (l smallBuffers) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err == nil {
		nc.(*net.TCPConn).SetWriteBuffer(4 << 10)
	}
	return nc, err
}

// ticker is a server of prices over real sockets, and its viewers.
type ticker struct {
	testing.TB
	hub     *hub.Hub
	address string
	reading int          // viewers
	tick    uint64       // the last one published
	arrived atomic.Int64 // at how many of them it has
	all     chan struct{}
}

const (
	symbols  = 10
	tickSize = 1 << 10
	patience = 10 * time.Second // for everything that a test waits for
)

func newTicker(t testing.TB, viewers, deaf int) *ticker {
	k := &ticker{TB: t, hub: &hub.Hub{Full: hub.DropOldest, MaxQueue: symbols}, all: make(chan struct{})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k.address = "ws://" + l.Addr().String()
	s := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		if _, err := k.hub.Subscriber(ctx, c).Join(ctx, "prices", fromTheStart); err != nil {
			return err
		}
		_, _, err := c.Read(ctx)
		return err
	}, &server.Options{Conn: websocket.Options{Keepalive: -1}})
	go s.Serve(smallBuffers{l})
	t.Cleanup(func() { s.Close() })
	for range viewers {
		k.view()
	}
	for range deaf {
		k.beDeaf()
	}
	for k.hub.Count("prices") < viewers+deaf {
		runtime.Gosched()
	}
	return k
}

// view adds a viewer that reads.
func (k *ticker) view() {
	c, _, err := client.Dial(context.Background(), k.address, &client.Options{Conn: websocket.Options{Keepalive: -1}})
	if err != nil {
		k.Fatal(err)
	}
	k.reading++
	var reading sync.WaitGroup
	reading.Go(func() {
		buf := make([]byte, tickSize)
		for {
			_, p, err := c.ReadInto(context.Background(), buf)
			if err != nil {
				return
			}
			if binary.BigEndian.Uint64(p) == k.tick && k.arrived.Add(1) == int64(k.reading) {
				k.all <- struct{}{}
			}
		}
	})
	k.Cleanup(func() { c.CloseNow(); reading.Wait() })
}

const openingRequest = "GET / HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

// beDeaf adds a viewer that does not read.
func (k *ticker) beDeaf() {
	nc, err := net.Dial("tcp", k.address[len("ws://"):])
	if err != nil {
		k.Fatal(err)
	}
	nc.(*net.TCPConn).SetReadBuffer(4 << 10)
	if _, err := io.WriteString(nc, openingRequest); err != nil {
		k.Fatal(err)
	}
	k.Cleanup(func() { nc.Close() })
}

// publish publishes a price, and returns how long it takes until all viewers that read have it.
func (k *ticker) publish() time.Duration {
	begin := time.Now()
	k.arrived.Store(0)
	k.tick++
	data := binary.BigEndian.AppendUint64(make([]byte, 0, tickSize), k.tick)
	m := hub.Message{Type: websocket.Binary, Key: fmt.Sprint(k.tick % symbols), Data: data[:tickSize]}
	if _, err := k.hub.Publish(context.Background(), "prices", m); err != nil {
		k.Fatal(err)
	}
	select {
	case <-k.all:
	case <-time.After(patience):
		k.Fatal("viewers that read wait for those that do not")
	}
	return time.Since(begin)
}

// memory returns what heap and stacks take in bytes.
func memory() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// Viewers that do not read delay nobody, and what waits for them is bounded: here by the number of keys.
func TestHubTicker(t *testing.T) {
	const viewers, deaf = 200, 20
	k := newTicker(t, viewers, deaf)
	for range 200 {
		k.publish()
	}
	if n := k.hub.Stats().Queued; n == 0 || n > deaf*symbols {
		t.Errorf("%d messages are queued", n)
	}
}

// A turn is the time until all of 4500 viewers that read have the newest price, while 500 do not read.
func BenchmarkHubTicker(b *testing.B) {
	const viewers, deaf = 4500, 500
	k := newTicker(b, viewers, deaf)
	before := memory()
	for range 100 {
		k.publish()
	}
	filled := memory()
	var slowest time.Duration
	for b.Loop() {
		slowest = max(slowest, k.publish())
	}
	if slowest > time.Second {
		b.Errorf("it took up to %v", slowest)
	}
	if n := k.hub.Stats().Queued; n > deaf*symbols {
		b.Errorf("%d messages are queued", n)
	}
	b.ReportMetric(slowest.Seconds()*1000, "slowest-ms")
	b.ReportMetric((float64(filled)-float64(before))/deaf, "B/deaf")
	b.ReportMetric((float64(memory())-float64(filled))/deaf, "B/deaf-more")
	b.ReportMetric(float64(k.hub.Stats().Queued)/deaf, "queued/deaf")
}

// waiter is a publisher's context that counts those that have their places in the order and wait.
type waiter struct {
	context.Context
	waiting *atomic.Int64
}

func (w waiter) Done() <-chan struct{} {
	w.waiting.Add(1)
	return nil
}

// A turn is a topic in which so many publishers wait, from when the first delivery ends until all messages have been
// delivered. What it takes for a message does not depend on how many wait.
func BenchmarkMemoryBackplaneWaiting(b *testing.B) {
	for _, publishers := range []int{1000, 10_000, 40_000} {
		b.Run(fmt.Sprint(publishers), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				var backplane hub.MemoryBackplane
				h := &held{began: make(chan struct{}, publishers), end: make(chan struct{})}
				if err := backplane.Subscribe(b.Context(), h, "a"); err != nil {
					b.Fatal(err)
				}
				var waiting atomic.Int64
				var all sync.WaitGroup
				ctx := waiter{b.Context(), &waiting}
				for range publishers {
					all.Go(func() { backplane.Publish(ctx, "a", hub.Message{}) })
				}
				for waiting.Load() < int64(publishers) {
					runtime.Gosched()
				}
				<-h.began
				b.StartTimer()
				close(h.end)
				all.Wait()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*publishers), "ns/message")
		})
	}
}

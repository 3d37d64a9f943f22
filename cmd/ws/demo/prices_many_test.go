package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// audience is many viewers in this process, over real sockets. Each that reads watches four shares, each that does not
// all of them.
type audience struct {
	testing.TB
	prices  *prices
	address string
	reading []*viewer
	deaf    int
	told    [1 << 16]atomic.Int64 // when a quote was told, in nanoseconds since 1970, by the last digits of its number
	delays  [2000]atomic.Int64    // how many quotes took so many milliseconds
}

// viewer is one who reads.
type viewer struct {
	*websocket.Conn
	shares []string
	has    []atomic.Int64 // the numbers of the newest quotes, as shares
	got    chan struct{}  // one has changed
}

// smallBuffers is a listener whose connections have small buffers to write, so that who does not read is behind soon.
type smallBuffers struct{ net.Listener }

func (l smallBuffers) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err == nil {
		nc.(*net.TCPConn).SetWriteBuffer(4 << 10)
	}
	return nc, err
}

func newAudience(t testing.TB, reading, deaf int) *audience {
	a := &audience{TB: t, prices: openMarket(testChance()), deaf: deaf}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a.address = l.Addr().String()
	s := &server.Server{Handle: a.prices.serve}
	var serving sync.WaitGroup
	serving.Go(func() { s.Serve(smallBuffers{l}) })
	t.Cleanup(func() { s.Close(); serving.Wait() })
	for i := range reading {
		a.view(i)
	}
	for range deaf {
		a.beDeaf()
	}
	a.waitForAll(len(symbols)*deaf + 4*reading + reading + deaf) // what they watch, and the number of viewers
	return a
}

// waitForAll waits until there are so many subscriptions.
func (a *audience) waitForAll(subscriptions int) {
	looks := time.NewTicker(time.Millisecond)
	defer looks.Stop()
	late := time.After(time.Minute)
	for a.prices.hub.Stats().Subscriptions < subscriptions {
		select {
		case <-looks.C:
		case <-late:
			a.Fatal("viewers are missing")
		}
	}
}

// view adds a viewer that reads.
func (a *audience) view(i int) {
	c, _, err := client.Dial(context.Background(), "ws://"+a.address, nil)
	if err != nil {
		a.Fatal(err)
	}
	v := &viewer{Conn: c, has: make([]atomic.Int64, 4), got: make(chan struct{}, 1)}
	for j := range v.has {
		v.shares = append(v.shares, symbols[(i+3*j)%len(symbols)])
	}
	if err := c.Write(context.Background(), websocket.Text, encode(wish{Watch: v.shares})); err != nil {
		a.Fatal(err)
	}
	a.reading = append(a.reading, v)
	var reading sync.WaitGroup
	reading.Go(func() { a.read(v) })
	a.Cleanup(func() { c.CloseNow(); reading.Wait() })
}

// read notes what v gets, and how long it took.
func (a *audience) read(v *viewer) {
	for m, err := range v.Messages(context.Background()) {
		if err != nil {
			return
		}
		var q quote
		if json.Unmarshal(m.Data, &q) != nil || q.Price == 0 {
			continue
		}
		took := time.Now().UnixNano() - a.told[q.Number%int64(len(a.told))].Load()
		a.delays[min(took/1e6, int64(len(a.delays)-1))].Add(1)
		v.has[slices.Index(v.shares, q.Symbol)].Store(q.Number)
		select {
		case v.got <- struct{}{}:
		default:
		}
	}
}

// beDeaf adds a viewer that does not read.
func (a *audience) beDeaf() {
	nc, err := net.Dial("tcp", a.address)
	if err != nil {
		a.Fatal(err)
	}
	a.Cleanup(func() { nc.Close() })
	nc.(*net.TCPConn).SetReadBuffer(4 << 10)
	fmt.Fprintf(nc, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", a.address)
	all := encode(wish{Watch: symbols})
	io.WriteString(nc, string([]byte{0x81, 0x80 | byte(len(all)), 0, 0, 0, 0})+string(all)) // masked with zeros
}

// second has prices change for a second, at their usual pace, and waits until all who read have the newest of each
// share. It returns how long that took.
func (a *audience) second() time.Duration {
	ticks := time.NewTicker(tickEvery)
	defer ticks.Stop()
	newest := make(map[string]int64)
	var last time.Time
	for range time.Second / tickEvery {
		<-ticks.C
		number := a.prices.market.past(symbols[0]).Number + 1
		last = time.Now()
		a.told[number%int64(len(a.told))].Store(last.UnixNano())
		q := a.prices.tick(context.Background())
		newest[q.Symbol] = q.Number
	}
	late := time.After(patience)
	for _, v := range a.reading {
		for i, symbol := range v.shares {
			for v.has[i].Load() < newest[symbol] {
				select {
				case <-v.got:
				case <-late:
					a.Fatal("viewers do not get the newest price")
				}
			}
		}
	}
	return time.Since(last)
}

// delay returns what a share of the quotes took at most, in milliseconds.
func (a *audience) delay(part float64) (ms int) {
	var all, sum int64
	for i := range a.delays {
		all += a.delays[i].Load()
	}
	for i := range a.delays {
		if sum += a.delays[i].Load(); float64(sum) >= part*float64(all) {
			return i
		}
	}
	return len(a.delays)
}

// checkQueues fails the test if more than one message of each topic waits for those who do not read.
func (a *audience) checkQueues() {
	if n := a.prices.hub.Stats().Queued; n > a.deaf*(len(symbols)+1) {
		a.Errorf("%d messages are queued", n)
	}
}

// memory returns what heap and stacks take in bytes.
func memory() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}

// Viewers that do not read delay nobody, and to them waits the newest price of each share alone.
func TestPricesDeaf(t *testing.T) {
	t.Parallel()
	a := newAudience(t, 100, 10)
	for range 3 {
		a.second()
	}
	a.checkQueues()
}

// A turn is a second of changing prices for 4500 viewers that read, and 500 that do not.
func BenchmarkPrices(b *testing.B) {
	const reading, deaf = 4500, 500
	before := memory()
	a := newAudience(b, reading, deaf)
	for range 5 {
		a.second() // what waits for the deaf gets to its bound
	}
	for i := range a.delays {
		a.delays[i].Store(0)
	}
	filled := memory()
	var slowest time.Duration
	for b.Loop() {
		slowest = max(slowest, a.second())
	}
	a.checkQueues()
	if slowest > time.Second || a.delay(1) >= 1000 {
		b.Errorf("it took %v until all had the newest price, up to %d ms for a price", slowest, a.delay(1))
	}
	b.ReportMetric(float64(a.delay(0.5)), "p50-ms")
	b.ReportMetric(float64(a.delay(0.99)), "p99-ms")
	b.ReportMetric(float64(a.delay(1)), "max-ms")
	b.ReportMetric(float64(slowest.Milliseconds()), "newest-ms")
	b.ReportMetric((filled-before)/(reading+deaf), "B/viewer")
	b.ReportMetric((memory()-filled)/deaf, "B/deaf-more")
	b.ReportMetric(float64(a.prices.hub.Stats().Queued)/deaf, "queued/deaf")
}

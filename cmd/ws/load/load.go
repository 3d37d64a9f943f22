package load

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

const (
	// drainTime is how long answers are waited for after the end.
	drainTime = 2 * time.Second
	// watchEvery is how often Load.Watch is called.
	watchEvery = time.Second
)

// Load is what a server is loaded with.
type Load struct {
	// Dial opens a connection to a server that echoes. One is opened at a time.
	Dial func(context.Context) (*websocket.Conn, error)
	// Conns is how many there are to be. They are opened before the load begins,
	// spread over Ramp.
	Conns int
	Ramp  time.Duration
	// Type, Size in bytes, and how many of them a connection has in flight.
	Type     websocket.Type
	Size     int
	Pipeline int
	// Rate is how many messages are due in a second, over all connections. Zero
	// stands for the closed loop.
	Rate float64
	// What happens in Duration is counted, after Warmup.
	Warmup, Duration time.Duration
	// Watch, if not nil, is told once a second how it goes. It should not take long.
	Watch func(Progress)
}

// Progress is how a load stands.
type Progress struct {
	Elapsed  time.Duration // since the load began, 0 while connections are opened
	Conns    int           // opened, and not lost since
	Failures int           // of any kind
	// Since the last time:
	PerSecond float64 // messages answered
	P50, P99  time.Duration
}

// run is a Load under way. Times are nanoseconds since base.
type run struct {
	Load
	contents  contents
	recorders []*recorder
	failures  failures
	handshake *recorder
	conns     []*conn
	unopened  int // those that failed
	live      atomic.Int64
	alarm     func() alarm

	goroutines sync.WaitGroup // of the connections

	base        time.Time
	begin       int64        // when the load began
	looked      int64        // when Watch was told last
	from, until atomic.Int64 // what is sent between them counts
	paced       atomic.Bool  // nothing more will be due
	abandoned   atomic.Bool  // connections are cut: how they end means nothing
}

// Run opens connections, loads them, and returns what it has measured. If ctx
// ends it does so early. It leaves nothing open.
func (l Load) Run(ctx context.Context) *Result {
	return newRun(l).do(ctx)
}

func newRun(l Load) *run {
	r := &run{Load: l, base: time.Now(), alarm: newAlarm, contents: newContents(l.Size), handshake: newRecorder(false)}
	r.recorders = newRecorders(l.Watch != nil)
	r.from.Store(math.MaxInt64)
	r.until.Store(math.MaxInt64)
	return r
}

func (r *run) do(ctx context.Context) *Result {
	r.open(ctx)
	defer context.AfterFunc(ctx, r.cut)()
	if ctx.Err() == nil {
		r.start()
	}
	gone := make(chan struct{})
	go func() {
		r.goroutines.Wait()
		close(gone)
	}()
	began, ended := r.load(ctx, gone)
	r.drain(gone)
	return r.result(began, ended, ctx.Err() != nil)
}

// start begins the load.
func (r *run) start() {
	r.begin = r.now()
	r.looked = r.begin
	r.from.Store(r.begin + int64(r.Warmup))
	r.until.Store(r.from.Load() + int64(r.Duration))
	for _, c := range r.conns {
		c.begin()
	}
}

// load goes on until the time is over, ctx ends or all connections are gone. It
// returns what stood at the beginning and at the end of the time that counts.
func (r *run) load(ctx context.Context, gone <-chan struct{}) (began, ended snapshot) {
	if r.Rate > 0 {
		ctx, cancel := context.WithCancel(ctx)
		var pacer sync.WaitGroup
		pacer.Go(func() { r.pace(ctx) })
		defer pacer.Wait()
		defer cancel()
	}
	early := !r.waitUntil(ctx, r.from.Load(), gone)
	began = r.snapshot()
	early = early || !r.waitUntil(ctx, r.until.Load(), gone)
	ended = r.snapshot()
	if early {
		r.until.Store(min(ended.at, r.until.Load()))
	}
	return began, ended
}

// waitUntil returns false if something comes before time t that ends it all.
func (r *run) waitUntil(ctx context.Context, t int64, gone <-chan struct{}) bool {
	over := time.NewTimer(time.Duration(t - r.now()))
	defer over.Stop()
	var look <-chan time.Time
	if r.Watch != nil {
		ticker := time.NewTicker(watchEvery)
		defer ticker.Stop()
		look = ticker.C
	}
	for {
		select {
		case <-over.C:
			return true
		case <-ctx.Done():
			return false
		case <-gone:
			return false
		case <-look:
			r.look(time.Duration(r.now() - r.begin))
		}
	}
}

// drain waits for the last answers, and cuts the connections that lack some.
func (r *run) drain(gone <-chan struct{}) {
	defer time.AfterFunc(drainTime, r.cut).Stop()
	<-gone
}

// cut closes all connections.
func (r *run) cut() {
	r.abandoned.Store(true)
	for _, c := range r.conns {
		c.CloseNow()
	}
}

func (r *run) now() int64 { return int64(time.Since(r.base)) }

// counts reports whether what is sent, or due, at t counts.
func (r *run) counts(t int64) bool { return t >= r.from.Load() && t < r.until.Load() }

// look tells Watch how it goes.
func (r *run) look(elapsed time.Duration) {
	recent := newLatencies(coarse)
	for _, rec := range r.recorders {
		rec.takeRecent(recent)
	}
	now := r.now()
	since := time.Duration(now - r.looked)
	r.looked = now
	r.Watch(Progress{
		Elapsed: elapsed, Conns: int(r.live.Load()), Failures: r.failures.count(),
		PerSecond: float64(recent.TotalCount()) / since.Seconds(),
		P50:       time.Duration(recent.ValueAtPercentile(50)),
		P99:       time.Duration(recent.ValueAtPercentile(99)),
	})
}

// snapshot is what is only known as sums since the beginning.
type snapshot struct {
	at      int64
	cpu     time.Duration
	in, out int64 // bytes on the wire
}

func (r *run) snapshot() snapshot {
	s := snapshot{at: r.now(), cpu: cpuTime()}
	for _, c := range r.conns {
		stats := c.Stats()
		s.in += stats.BytesRead
		s.out += stats.BytesWritten
	}
	return s
}

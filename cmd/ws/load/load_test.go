package load

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/websocket"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// A server that stalls for a second at 100 messages a second holds up a hundred
// messages, and each of them counts by how long it has waited. That it had room
// for one message in flight or for all of them makes no difference.
func TestStallCounts(t *testing.T) {
	for _, pipeline := range []int{1, 7, 200} {
		inBubble(t, func(t *testing.T) {
			n := 0
			stall := func() {
				if n++; n == 300 {
					time.Sleep(time.Second)
				}
			}
			r := Load{
				Dial: pipes(echo(stall)), Conns: 1, Type: websocket.Text, Size: 20, Pipeline: pipeline,
				Rate: 100, Duration: 10 * time.Second,
			}.runInBubble(t.Context())
			const ms = 1000
			near(t, "p50", r.Latency.P50, 0, 1)
			near(t, "p90", r.Latency.P90, 0, 10*ms)
			near(t, "p99", r.Latency.P99, 900*ms, 15*ms)
			near(t, "max", r.Latency.Max, 1000*ms, 2*ms)
			near(t, "mean", r.Latency.Mean, 50.5*ms, 1*ms)
			if want := (Messages{Sent: 1000, Answered: 1000, Late: r.Messages.Late}); r.Messages != want || len(r.Failures) > 0 {
				t.Errorf("%+v, %v", r.Messages, r.Failures)
			}
			held := max(0, 100-pipeline) // they could not be sent on time
			near(t, "late", float64(r.Messages.Late), float64(held), 1)
		})
	}
}

// Messages are due at the rate whatever number of connections they go over.
func TestRate(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := Load{
			Dial: pipes(echo(func() { time.Sleep(time.Millisecond) })), Conns: 7, Type: websocket.Binary, Size: 5, Pipeline: 1,
			Rate: 777, Warmup: time.Second, Duration: 4 * time.Second,
		}.runInBubble(t.Context())
		if want := (Messages{Sent: 3108, Answered: 3108}); r.Messages != want {
			t.Errorf("%+v", r.Messages)
		}
		near(t, "throughput", r.MessagesPerSecond, 777, 1)
		near(t, "max", r.Latency.Max, 1000, 1)
		if r.Loop != "open" || r.Seconds != 4 {
			t.Error(r.Loop, r.Seconds)
		}
	})
}

func TestClosedLoop(t *testing.T) {
	for _, size := range []int{100, smallFlight} { // without senders, and with
		inBubble(t, func(t *testing.T) {
			slow := func() { time.Sleep(10 * time.Millisecond) }
			r := Load{
				Dial: pipes(echo(slow)), Conns: 3, Type: websocket.Binary, Size: size, Pipeline: 4,
				Warmup: time.Second, Duration: 2 * time.Second,
			}.runInBubble(t.Context())
			near(t, "throughput", r.MessagesPerSecond, 3*100, 3)
			near(t, "payload", r.PayloadPerSecond, r.MessagesPerSecond*float64(size), 1)
			near(t, "p50", r.Latency.P50, 40_000, 100) // the last of four
			if r.Loop != "closed" || len(r.Failures) > 0 || r.Messages.Sent != r.Messages.Answered {
				t.Errorf("%+v", r)
			}
		})
	}
}

// Answers that never come hold up the end for a while, not for ever.
func TestNoAnswers(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		silent := func(c *websocket.Conn) {
			for _, err := range c.Messages(context.Background()) {
				if err != nil {
					return
				}
			}
		}
		begin := time.Now()
		r := Load{
			Dial: pipes(silent), Conns: 2, Type: websocket.Binary, Size: 5, Pipeline: 3,
			Rate: 10, Duration: time.Second,
		}.runInBubble(t.Context())
		if took := time.Since(begin); took != time.Second+drainTime {
			t.Errorf("took %v", took)
		}
		want := []Failure{{Kind: NoAnswer, Count: 6}, {Kind: NotSent, Count: 4}}
		if diff := cmp.Diff(want, r.Failures); diff != "" || r.Measured() {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

// A server that does not even read holds up only its own connection.
func TestServerThatDoesNotRead(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		over := make(chan struct{})
		var first atomic.Bool
		handle := func(c *websocket.Conn) {
			if first.CompareAndSwap(false, true) {
				<-over
				return
			}
			echo(func() {})(c)
		}
		r := Load{
			Dial: pipes(handle), Conns: 2, Type: websocket.Binary, Size: 100_000, Pipeline: 4,
			Rate: 100, Duration: time.Second,
		}.runInBubble(t.Context())
		close(over)
		want := []Failure{{Kind: NotSent, Count: 49}, {Kind: NoAnswer, Count: 1}}
		if diff := cmp.Diff(want, r.Failures); diff != "" || r.Latency.Count != 50 || r.Messages.Late != 0 {
			t.Errorf("%+v %+v -want +got:\n%s", r.Latency, r.Messages, diff)
		}
	})
}

// What is in flight may be far more than there is room for on the way: 64 KiB to
// each side.
func TestLargeFlights(t *testing.T) {
	for _, size := range []int{10 << 10, 40 << 10} { // in batches, and not
		for _, rate := range []float64{0, 500} {
			inBubble(t, func(t *testing.T) {
				r := Load{
					Dial: pipes(echo(func() { time.Sleep(10 * time.Millisecond) })), Conns: 2, Type: websocket.Binary, Size: size, Pipeline: 16,
					Rate: rate, Duration: time.Second,
				}.runInBubble(t.Context())
				near(t, "throughput", r.MessagesPerSecond, 2*100, 10)
				if m := r.Messages; m.Answered == 0 || m.Answered != m.Sent {
					t.Errorf("%+v, %v", m, r.Failures)
				}
			})
		}
	}
}

// Connections are opened one by one over the time of the ramp. Those that fail
// are counted and do not end it.
func TestRamp(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		begin, n := time.Now(), 0
		var dialed []time.Duration
		dial := pipes(echo(func() { time.Sleep(time.Millisecond) }))
		r := Load{
			Dial: func(ctx context.Context) (*websocket.Conn, error) {
				dialed = append(dialed, time.Since(begin))
				if n++; n == 2 || n == 4 {
					return nil, errors.New("no")
				}
				return dial(ctx)
			},
			Conns: 5, Ramp: 10 * time.Second, Type: websocket.Binary, Size: 5, Pipeline: 1, Duration: time.Second,
		}.runInBubble(t.Context())
		want := []time.Duration{0, 2 * time.Second, 4 * time.Second, 6 * time.Second, 8 * time.Second}
		if diff := cmp.Diff(want, dialed); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if diff := cmp.Diff([]Failure{{Other, "no", 2}}, r.Failures); diff != "" || r.Connections != (Connections{Asked: 5, Opened: 3}) {
			t.Errorf("%+v -want +got:\n%s", r.Connections, diff)
		}
		if r.Handshake.Count != 3 || !r.Measured() {
			t.Errorf("%+v", r)
		}
	})
}

func TestHopeless(t *testing.T) {
	r := Load{
		Dial:  func(context.Context) (*websocket.Conn, error) { return nil, errors.New("no") },
		Conns: 1000, Size: 5, Pipeline: 1, Duration: time.Hour,
	}.Run(t.Context())
	if r.Connections != (Connections{Asked: 1000, NotTried: 990}) || r.First == nil || r.Measured() {
		t.Errorf("%+v", r)
	}
}

// The end of the context ends it at once, and what was measured stays.
func TestInterrupted(t *testing.T) {
	for name, rate := range map[string]float64{"closed": 0, "open": 100} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
				defer cancel()
				begin := time.Now()
				r := Load{
					Dial: pipes(echo(func() { time.Sleep(time.Millisecond) })), Conns: 2, Type: websocket.Binary, Size: 5, Pipeline: 1,
					Rate: rate, Duration: time.Hour,
				}.runInBubble(ctx)
				if took := time.Since(begin); took != 2*time.Second || r.Seconds != 2 {
					t.Errorf("took %v, measured %v s", took, r.Seconds)
				}
				if !r.Interrupted || !r.Measured() || len(r.Failures) > 0 {
					t.Errorf("%+v", r)
				}
			})
		})
	}
}

func TestInterruptedWhileOpening(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		r := Load{
			Dial: pipes(echo(func() {})), Conns: 10, Ramp: 10 * time.Second, Type: websocket.Binary, Size: 5, Pipeline: 1,
			Duration: time.Hour, Watch: func(Progress) {},
		}.runInBubble(ctx)
		if r.Connections != (Connections{Asked: 10, Opened: 3, NotTried: 7}) || r.Measured() || r.Seconds != 0 || len(r.Failures) > 0 {
			t.Errorf("%+v", r)
		}
	})
}

// Without a connection left there is nothing to wait for.
func TestAllLost(t *testing.T) {
	for _, rate := range []float64{0, 10} {
		inBubble(t, func(t *testing.T) {
			begin := time.Now()
			r := Load{
				Dial: pipes(func(c *websocket.Conn) {
					time.Sleep(time.Second)
					c.Close(context.Background(), websocket.CloseGoingAway, "")
				}),
				Conns: 3, Type: websocket.Binary, Size: 5, Pipeline: 1, Rate: rate, Duration: time.Hour,
			}.runInBubble(t.Context())
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			if len(r.Failures) == 0 || (r.Failures[0] != Failure{Closed, "1001 (going away)", 3} && r.Failures[1] != Failure{Closed, "1001 (going away)", 3}) {
				t.Errorf("%+v", r.Failures)
			}
		})
	}
}

func TestWatch(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var seen []Progress
		Load{
			Dial: pipes(echo(func() { time.Sleep(10 * time.Millisecond) })), Conns: 2, Ramp: 3 * time.Second,
			Type: websocket.Binary, Size: 5, Pipeline: 1, Rate: 50, Warmup: 500 * time.Millisecond, Duration: 2200 * time.Millisecond,
			Watch: func(p Progress) { seen = append(seen, p) },
		}.runInBubble(t.Context())
		if len(seen) < 3 || seen[0].Elapsed != 0 || seen[0].Conns != 1 {
			t.Fatalf("%+v", seen)
		}
		for i, p := range seen[len(seen)-2:] {
			near(t, "elapsed", p.Elapsed.Seconds(), 1.5+float64(i), 0)
			near(t, "messages", p.PerSecond, 50, 1.5)
			near(t, "p50", p.P50.Seconds(), 0.01, 0.0001)
		}
		last := seen[len(seen)-1]
		if last.Conns != 2 || last.Failures != 0 {
			t.Errorf("%+v", last)
		}
	})
}

package client

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fate is what becomes of an attempt: it takes a while and then connects, or fails with err. Cancelling fails
// it earlier, unless it is deaf.
type fate struct {
	takes time.Duration
	err   error
	deaf  bool
}

var (
	errFirst  = errors.New("first")
	errSecond = errors.New("second")
)

const never = 1000 * time.Hour

func TestRace(t *testing.T) {
	const delay = attemptDelay
	type times = []time.Duration
	for name, test := range map[string]struct {
		fates  []fate
		winner int // -1: none
		err    error
		took   time.Duration
		starts times
	}{
		"the only one":          {[]fate{{takes: time.Second}}, 0, nil, time.Second, times{0}},
		"the first is quick":    {[]fate{{}, {}}, 0, nil, 0, times{0}},
		"the first fails":       {[]fate{{err: errFirst}, {}}, 1, nil, 0, times{0, 0}},
		"the first hangs":       {[]fate{{takes: never}, {}}, 1, nil, delay, times{0, delay}},
		"the first is slow":     {[]fate{{takes: 2 * delay}, {takes: never}}, 0, nil, 2 * delay, times{0, delay}},
		"one fails, one hangs":  {[]fate{{takes: never}, {err: errFirst}, {}}, 2, nil, delay, times{0, delay, delay}},
		"all fail":              {[]fate{{4 * delay, errSecond, false}, {err: errFirst}}, -1, errFirst, 4 * delay, times{0, delay}},
		"two connect":           {[]fate{{4 * delay, nil, true}, {}}, 1, nil, 4 * delay, times{0, delay}},
		"a deaf one fails late": {[]fate{{4 * delay, errFirst, true}, {}}, 1, nil, 4 * delay, times{0, delay}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &raceCourse{fates: test.fates}
				begin := time.Now()
				l, err := race(t.Context(), r.addresses(), r.connect)
				if err != test.err || time.Since(begin) != test.took {
					t.Errorf("error %v after %v, want %v after %v", err, time.Since(begin), test.err, test.took)
				}
				if diff := cmp.Diff(test.starts, r.starts); diff != "" {
					t.Errorf("starts: %s", diff)
				}
				if got := l.Conn; test.winner >= 0 && got != r.conns[test.winner] {
					t.Error("another has won")
				}
				if err == nil {
					l.Close()
					l.release()
				}
				r.wantNothingOpen(t)
			})
		})
	}
}

// A context that ends ends all attempts.
func TestRaceCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := &raceCourse{fates: []fate{{takes: never}, {takes: never}, {takes: 2 * time.Second, deaf: true}}}
		if _, err := race(ctx, r.addresses(), r.connect); err != context.DeadlineExceeded {
			t.Error(err)
		}
		if len(r.starts) != 3 {
			t.Errorf("%d attempts", len(r.starts))
		}
		r.wantNothingOpen(t)
	})
}

// raceCourse has an address for each fate and watches what happens to the connections.
type raceCourse struct {
	fates []fate
	begin time.Time

	mu     sync.Mutex
	starts []time.Duration
	conns  map[int]net.Conn
	open   int // connections and turns
}

func (r *raceCourse) addresses() []netip.Addr {
	r.begin, r.conns = time.Now(), make(map[int]net.Conn)
	var all []netip.Addr
	for i := range r.fates {
		all = append(all, netip.AddrFrom4([4]byte{127, 0, 0, byte(i)}))
	}
	return all
}

func (r *raceCourse) connect(ctx context.Context, addr netip.Addr) (link, error) {
	i := int(addr.As4()[3])
	r.mu.Lock()
	r.starts = append(r.starts, time.Since(r.begin))
	r.mu.Unlock()
	f := r.fates[i]
	done := ctx.Done()
	if f.deaf {
		done = nil
	}
	select {
	case <-done:
		return link{}, ctx.Err()
	case <-time.After(f.takes):
	}
	if f.err != nil {
		return link{}, f.err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns[i] = &watched{closed: r.release}
	r.open += 2
	return link{r.conns[i], r.conns[i], r.release}, nil
}

func (r *raceCourse) release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open--
}

func (r *raceCourse) wantNothingOpen(t *testing.T) {
	t.Helper()
	if r.open != 0 {
		t.Errorf("%d connections and turns are left", r.open)
	}
}

type watched struct {
	net.Conn
	closed func()
}

func (w *watched) Close() error {
	w.closed()
	return nil
}

// Families take turns; an address counts once, in whichever form it comes.
func TestInterleave(t *testing.T) {
	for _, test := range []struct{ in, want []string }{
		{[]string{"10.0.0.1"}, []string{"10.0.0.1"}},
		{[]string{"::1", "::2", "10.0.0.1", "10.0.0.2"}, []string{"::1", "10.0.0.1", "::2", "10.0.0.2"}},
		{[]string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "::1"}, []string{"10.0.0.1", "::1", "10.0.0.2", "10.0.0.3"}},
		{[]string{"::ffff:10.0.0.1", "::1", "10.0.0.1", "::1"}, []string{"10.0.0.1", "::1"}},
	} {
		var ips []netip.Addr
		for _, s := range test.in {
			ips = append(ips, netip.MustParseAddr(s))
		}
		var got []string
		for _, ip := range interleave(ips) {
			got = append(got, ip.String())
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%v: %s", test.in, diff)
		}
	}
}

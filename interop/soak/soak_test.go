package main

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/interop/soak/traffic"
	"github.com/seed372fb791/rfc6455/interop/soak/watch"
	"github.com/seed372fb791/rfc6455/websocket"
)

// small is a run that is over soon. The server is so patient, and what may be more in its
// last third so much, that a busy machine does not fail it: what never ends lasts until
// the traffic ends.
func small() *run {
	return &run{
		traffic: traffic.Options{
			Seed: 1, Visitors: 4, Guests: 3, Vandals: 1,
			Publish: 20 * time.Millisecond, Patience: time.Minute, Pause: 40 * time.Millisecond, Rest: 100 * time.Millisecond,
		},
		duration: time.Second,
		settle:   time.Minute,
		limits:   watch.Limits{Share: 0.1, Goroutines: 100, Descriptors: 100, Heap: 256 << 20},
	}
}

func TestSoak(t *testing.T) {
	r := small()
	r.svg = filepath.Join(t.TempDir(), "soak.svg")
	var out strings.Builder
	if !r.report(&out) {
		t.Error(out.String())
	}
}

// A goroutine that each connection leaves behind is found as growth, and at the end.
func TestSoakFindsLeak(t *testing.T) {
	stop := make(chan struct{})
	var left sync.WaitGroup
	r := small()
	r.settle = 0 // what is planted does not end
	r.traffic.Opened = func(*websocket.Conn) {
		for range 50 {
			left.Go(func() { <-stop })
		}
	}
	found, err := r.soak(t.Output())
	close(stop)
	left.Wait()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"goroutines grew from ", "left at the end: "} {
		if !strings.Contains(strings.Join(found, "\n"), want) {
			t.Errorf("nothing begins with %q: %q", want, found)
		}
	}
}

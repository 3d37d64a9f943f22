package watch

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"time"
)

// Baseline is what there was before a program began.
type Baseline struct{ goroutines, descriptors int }

// Begin returns the baseline.
func Begin() Baseline {
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil { // the runtime's poller keeps its descriptors
		l.Close()
	}
	return Baseline{runtime.NumGoroutine(), Descriptors()}
}

// Left gives what is about to end the time to do so, until ctx ends, and returns what is
// left then: a sentence, with the goroutines' stacks, or "".
func (b Baseline) Left(ctx context.Context) string {
	for runtime.NumGoroutine() > b.goroutines || Descriptors() > b.descriptors {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return b.describe()
		}
	}
	return ""
}

func (b Baseline) describe() string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	return fmt.Sprintf("left at the end: %d goroutines and %d descriptors more than before\n%s",
		runtime.NumGoroutine()-b.goroutines, Descriptors()-b.descriptors, abridge(string(stacks)))
}

// abridge returns the first few stacks, but for the own one.
func abridge(stacks string) string {
	all := strings.Split(stacks, "\n\n")[1:]
	return strings.Join(all[:min(len(all), 5)], "\n\n")
}

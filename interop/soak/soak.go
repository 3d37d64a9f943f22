package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/seed372fb791/rfc6455/interop/soak/traffic"
	"github.com/seed372fb791/rfc6455/interop/soak/watch"
)

// looks is how often a run is looked at.
const looks = 30

// soak returns what went wrong, a sentence for each.
func (r *run) soak(out io.Writer) (found []string, err error) {
	before := watch.Begin()
	t, err := traffic.Start(r.traffic)
	if err != nil {
		return nil, err
	}
	samples := r.watch(out, t)
	end := t.End()
	found = append(found, t.Tally.Wrong()...)
	found = append(found, watch.Growth(samples, r.limits)...)
	found = append(found, r.missing(t)...)
	if end != nil {
		found = append(found, "the end: "+end.Error())
	}
	ctx, cancel := context.WithTimeout(context.Background(), r.settle)
	defer cancel()
	if left := before.Left(ctx); left != "" {
		found = append(found, left)
	}
	summarise(out, t, samples)
	if r.svg != "" {
		err = os.WriteFile(r.svg, []byte(watch.SVG(r.title(), samples)), 0o644)
	}
	return found, err
}

func (r *run) title() string {
	return fmt.Sprintf("A server under mixed traffic for %v, seed %d", r.duration, r.traffic.Seed)
}

// watch looks at the process until the time is over.
func (r *run) watch(out io.Writer, t *traffic.Traffic) (samples []watch.Sample) {
	start, tick := time.Now(), time.NewTicker(r.duration/looks)
	defer tick.Stop()
	for range looks {
		<-tick.C
		s := watch.Take(time.Since(start), t.Tally.Messages.Load(), t.Open())
		fmt.Fprintln(out, line(s, t))
		samples = append(samples, s)
	}
	return samples
}

// line is what is printed of a sample.
func line(s watch.Sample, t *traffic.Traffic) string {
	return fmt.Sprintf("%7s: %d messages, %d visits; %d open, %d goroutines, %d descriptors, heap %.1f MB, RSS %.1f MB; %s",
		s.Elapsed.Round(100*time.Millisecond), s.Messages, t.Tally.Visits.Load(), s.Open, s.Goroutines, s.Descriptors,
		float64(s.Heap)/1e6, float64(s.Resident)/1e6, t.Tally.Faults())
}

// missing says so if a fault of some kind was not survived once in a run in which there
// was time for that: then nothing is known of it.
func (r *run) missing(t *traffic.Traffic) []string {
	if _, least := t.Tally.AllFaults(); least == 0 && r.duration > 5*r.traffic.Patience {
		return []string{"some kind of fault was not survived once: " + t.Tally.Faults()}
	}
	return nil
}

func summarise(out io.Writer, t *traffic.Traffic, samples []watch.Sample) {
	last := samples[len(samples)-1]
	faults, _ := t.Tally.AllFaults()
	seconds := last.Elapsed.Seconds()
	fmt.Fprintf(out, "\n%d messages checked (%.0f a second), %d connections that behave (%.0f a second), %d faults (%s)\n",
		last.Messages, float64(last.Messages)/seconds, t.Tally.Visits.Load(), float64(t.Tally.Visits.Load())/seconds,
		faults, t.Tally.Faults())
}

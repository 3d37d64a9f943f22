package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/seed372fb791/rfc6455/interop/soak/traffic"
	"github.com/seed372fb791/rfc6455/interop/soak/watch"
)

func main() {
	r := run{limits: watch.Usual, settle: time.Minute}
	flag.DurationVar(&r.duration, "duration", 30*time.Minute, "how long there is traffic")
	flag.Uint64Var(&r.traffic.Seed, "seed", 1, "of the random numbers")
	flag.IntVar(&r.traffic.Visitors, "visitors", 32, "peers that behave, at a time")
	flag.IntVar(&r.traffic.Guests, "guests", 12, "of those that stay from the beginning to the end")
	flag.IntVar(&r.traffic.Vandals, "vandals", 2, "peers for each kind of fault")
	flag.DurationVar(&r.traffic.Publish, "publish", 20*time.Millisecond, "between two broadcasts")
	flag.DurationVar(&r.traffic.Patience, "patience", 4*time.Second, "of the server, for whatever it waits for")
	flag.DurationVar(&r.traffic.Pause, "pause", time.Second, "of slow peers: much less than -patience")
	flag.DurationVar(&r.traffic.Rest, "rest", 40*time.Millisecond, "of vandals, between two faults")
	flag.StringVar(&r.svg, "svg", "", "draw a chart in this `file`")
	flag.Parse()
	if !r.report(os.Stdout) {
		os.Exit(1)
	}
}

// run is a run of the program.
type run struct {
	traffic  traffic.Options
	duration time.Duration
	limits   watch.Limits
	settle   time.Duration // how long goroutines may take to end when all else has ended
	svg      string        // a file, "" for none
}

// report runs, prints what is found and reports whether that is nothing.
func (r *run) report(out io.Writer) bool {
	found, err := r.soak(out)
	if err != nil {
		found = append(found, err.Error())
	}
	for _, what := range found {
		fmt.Fprintln(out, "FAIL:", what)
	}
	if len(found) == 0 {
		fmt.Fprintln(out, "Nothing was lost, wrong or left, and nothing grew.")
	}
	return len(found) == 0
}

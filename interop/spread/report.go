package main

import (
	"fmt"
	"io"
	"time"
)

// result is what has come of a part.
type result struct {
	way, part string
	published int           // messages
	again     int           // how often one was sent again
	took      time.Duration // to publish them
	expected  int           // deliveries
	cpu       time.Duration // of the servers
	idle      int           // bytes of a subscriber before the first message
	used      int           // and afterwards
	tally
}

// header writes the head of the table, in Markdown.
func header(w io.Writer) {
	fmt.Fprintln(w, "| way | part | published, again | deliveries | a second | gaps told, missing there | missing untold | double | closed | p50, p99 ms | CPU µs each | bytes idle, used |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|---|")
}

// write writes its row.
func (r result) write(w io.Writer) {
	fmt.Fprintf(w, "| %s | %s | %d, %d | %d of %d | %d | %d, %d | %d | %d | %d | %.1f, %.1f | %.1f | %d, %d |\n",
		r.way, r.part, r.published, r.again, r.Delivered, r.expected, int(float64(r.Delivered)/r.took.Seconds()),
		r.Gaps, r.Told, r.Missing, r.Doubles, r.Closed,
		milliseconds(r.Delays.quantile(0.5)), milliseconds(r.Delays.quantile(0.99)),
		float64(r.cpu.Microseconds())/float64(max(1, r.Delivered)), r.idle, r.used)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

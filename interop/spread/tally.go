package main

import (
	"math"
	"time"
)

// tally is what subscribers have got.
type tally struct {
	Delivered int // messages
	Doubles   int // that came again
	Gaps      int // told
	Told      int // messages that are missing where a gap was told
	Missing   int // messages that are missing where none was
	Closed    int // connections that the server has closed
	Delays    delays
}

// add adds what others have got.
func (t *tally) add(o tally) {
	t.Delivered += o.Delivered
	t.Doubles += o.Doubles
	t.Gaps += o.Gaps
	t.Told += o.Told
	t.Missing += o.Missing
	t.Closed += o.Closed
	for i, n := range o.Delays {
		t.Delays[i] += n
	}
}

// watch is what one subscriber has got of its topic.
type watch struct {
	tally
	last int  // the last message
	gap  bool // one was told since
}

// got takes a message.
func (w *watch) got(seq int, delay time.Duration) {
	if seq <= w.last {
		w.Doubles++
		return
	}
	w.skip(seq - 1)
	w.last = seq
	w.Delivered++
	w.Delays.add(delay)
}

// skip says that the next message comes after one.
func (w *watch) skip(seq int) {
	if w.gap {
		w.Told += seq - w.last
	} else {
		w.Missing += seq - w.last
	}
	w.last, w.gap = seq, false
}

// told takes a gap.
func (w *watch) told() {
	w.Gaps++
	w.gap = true
}

// ended says which message was the last of all, and returns what has come since the last time.
func (w *watch) ended(seq int) tally {
	if seq > w.last {
		w.skip(seq)
	}
	t := w.tally
	w.tally = tally{}
	return t
}

// delays counts delays by their logarithm: each is 1/16 of a doubling wide, 4.4 %.
type delays [16 * 36]int

func (d *delays) add(delay time.Duration) {
	d[min(max(0, int(16*math.Log2(float64(max(1, delay))))), len(d)-1)]++
}

// quantile returns the delay that a part of all have at most.
func (d *delays) quantile(part float64) time.Duration {
	all := 0
	for _, n := range d {
		all += n
	}
	want := int(part * float64(all))
	for i, n := range d {
		if want -= n; want < 0 {
			return time.Duration(math.Exp2(float64(i+1) / 16))
		}
	}
	return 0
}

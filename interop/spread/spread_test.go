package main

import (
	"testing"
	"time"
)

// What is lost, told and doubled is counted.
func TestTally(t *testing.T) {
	var w watch
	for _, seq := range []int{1, 2, 2, 5, 6, 6, 7} {
		w.got(seq, time.Millisecond)
	}
	w.told()
	w.got(10, 100*time.Millisecond)
	got := w.ended(12)
	if got.Delivered != 6 || got.Doubles != 2 || got.Gaps != 1 || got.Told != 2 || got.Missing != 4 {
		t.Errorf("%+v", got)
	}
	for part, want := range map[float64]time.Duration{0.5: time.Millisecond, 0.99: 100 * time.Millisecond} {
		if q := got.Delays.quantile(part); q < want || q > want+want/20 {
			t.Errorf("%v of them within %v, want %v", part, q, want)
		}
	}
	w.got(13, 0)
	if got := w.ended(13); got.Delivered != 1 || got.Missing != 0 {
		t.Errorf("%+v", got)
	}
}

func TestMessages(t *testing.T) {
	data := append([]byte(`{"push":{"data":`), newMessage(7)...)
	data = append(append(data, "}}\n{"...), newMessage(8)...)
	var all []int
	messages(data, func(seq int, sent time.Time) {
		all = append(all, seq)
		if d := time.Since(sent); d < 0 || d > time.Hour {
			t.Error(d)
		}
	})
	if len(all) != 2 || all[0] != 7 || all[1] != 8 {
		t.Error(all)
	}
	if n := len(newMessage(1)); n != messageSize {
		t.Error(n)
	}
}

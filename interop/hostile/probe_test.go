package main

import (
	"testing"
	"time"
)

func TestSummary(t *testing.T) {
	var trips []time.Duration
	for i := range 200 {
		trips = append(trips, time.Duration(200-i)*time.Millisecond)
	}
	want := latency{P50: 101 * time.Millisecond, P99: 199 * time.Millisecond}
	if got := summary(trips); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := summary(nil); got != (latency{}) {
		t.Errorf("of nothing: %+v", got)
	}
}

func TestMedian(t *testing.T) {
	got := median([]latency{{P50: 3, P99: 10}, {P50: 1, P99: 30}, {P50: 2, P99: 20}})
	if want := (latency{P50: 2, P99: 20}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

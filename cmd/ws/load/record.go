package load

import (
	"runtime"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// The digits to which latencies are kept: fine for the result, coarse to be
// looked at once a second, since that has to cost little.
const (
	fine   = 3
	coarse = 2
)

// longest is the greatest latency that is told from greater ones.
const longest = int64(time.Hour)

func newLatencies(digits int) *hdrhistogram.Histogram { return hdrhistogram.New(1, longest, digits) }

// recorder records latencies of some connections. Safe for concurrent use.
type recorder struct {
	mu     sync.Mutex
	all    *hdrhistogram.Histogram
	recent *hdrhistogram.Histogram // since the last look; nil if nobody looks
}

func newRecorder(looked bool) *recorder {
	rec := &recorder{all: newLatencies(fine)}
	if looked {
		rec.recent = newLatencies(coarse)
	}
	return rec
}

// newRecorders returns as many as goroutines may record at a time: a histogram
// is far too big for each connection to have one.
func newRecorders(looked bool) (all []*recorder) {
	for range runtime.GOMAXPROCS(0) {
		all = append(all, newRecorder(looked))
	}
	return all
}

// record records a latency in nanoseconds, which is a part of the result if it
// counts.
func (rec *recorder) record(latency int64, counts bool) {
	latency = min(max(latency, 0), longest)
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if counts {
		rec.all.RecordValue(latency) // cannot fail: it is in range
	}
	if rec.recent != nil {
		rec.recent.RecordValue(latency)
	}
}

// takeRecent moves what was recorded since the last time into another histogram.
func (rec *recorder) takeRecent(into *hdrhistogram.Histogram) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	into.Merge(rec.recent)
	rec.recent.Reset()
}

package watch

import (
	"strings"
	"testing"
)

// A run of nine samples, of which one thing goes up by a step.
func run(change func(s *Sample, third int)) (samples []Sample) {
	for i := range 9 {
		s := Sample{Goroutines: 100, Descriptors: 50, Heap: 10 << 20}
		change(&s, i/3)
		samples = append(samples, s)
	}
	return samples
}

func TestGrowth(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(s *Sample, third int)
		found  string // the beginning of what is found, "" for nothing
	}{
		{"steady", func(*Sample, int) {}, ""},
		{"warm-up", func(s *Sample, third int) { s.Heap += int64(min(third, 1)) << 30 }, ""},
		{"shrinks", func(s *Sample, third int) { s.Goroutines -= 40 * third }, ""},
		{"as much as is borne", func(s *Sample, third int) { s.Goroutines += 15 * third }, ""},
		{"goroutines", func(s *Sample, third int) { s.Goroutines += 40 * third }, "goroutines grew from 140 to 180"},
		{"descriptors", func(s *Sample, third int) { s.Descriptors += 30 * third }, "descriptors grew from 80 to 110"},
		{"heap", func(s *Sample, third int) { s.Heap += int64(third) << 24 }, "bytes of heap grew from 27262976"},
	} {
		found := strings.Join(Growth(run(test.change), Usual), "\n")
		if !strings.HasPrefix(found, test.found) || (found == "") != (test.found == "") {
			t.Errorf("%s: found %q", test.name, found)
		}
	}
}

// One sample of many that is far off is not growth.
func TestGrowthOutlier(t *testing.T) {
	samples := run(func(*Sample, int) {})
	samples[7].Heap <<= 10
	if found := Growth(samples, Usual); found != nil {
		t.Error(found)
	}
}

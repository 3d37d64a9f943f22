package watch

import (
	"fmt"
	"slices"
)

// Limits say what the last third of a run may have more than the middle one, by their
// medians: a share of it and some more, as the peers of a moment are not those of
// another. The first third is the warm-up.
type Limits struct {
	Share                         float64
	Goroutines, Descriptors, Heap float64
}

// Usual are the limits of a run of a minute or more. The heap of one moment is not that
// of another by some MB, as large messages come and go.
var Usual = Limits{Share: 0.10, Goroutines: 20, Descriptors: 15, Heap: 12 << 20}

// Growth returns what has grown by more than that, a sentence for each.
func Growth(samples []Sample, l Limits) (found []string) {
	n := len(samples)
	middle, last := samples[n/3:2*n/3], samples[2*n/3:]
	for _, m := range []struct {
		name string
		of   func(Sample) int64
		more float64
	}{
		{"goroutines", func(s Sample) int64 { return int64(s.Goroutines) }, l.Goroutines},
		{"descriptors", func(s Sample) int64 { return int64(s.Descriptors) }, l.Descriptors},
		{"bytes of heap", func(s Sample) int64 { return s.Heap }, l.Heap},
	} {
		before, after := median(middle, m.of), median(last, m.of)
		if bound := float64(before)*(1+l.Share) + m.more; float64(after) > bound {
			found = append(found, fmt.Sprintf("%s grew from %d to %d, %.0f would be borne", m.name, before, after, bound))
		}
	}
	return found
}

// median returns the one in the middle, 0 of no samples.
func median(samples []Sample, of func(Sample) int64) int64 {
	var values []int64
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	if len(values) == 0 {
		return 0
	}
	return values[len(values)/2]
}

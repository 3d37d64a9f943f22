// Package race has tests do less under the race detector, which makes them ten
// times as slow.
package race

// Fewer returns n, or under the race detector a tenth of it and at least 1. It
// is for repetitions by which more inputs are tried, not more interleavings:
// the tests without the detector try them all.
func Fewer(n int) int {
	if Enabled {
		return max(1, n/10)
	}
	return n
}

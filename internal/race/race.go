// Package race has tests do less under the race detector, which makes them ten
// times as slow, and with -short, as on emulated machines.
package race

import "testing"

// Less reports whether tests are to do less.
func Less() bool { return Enabled || testing.Short() }

// Fewer returns n, or if tests are to do less a tenth of it and at least 1. It
// is for repetitions by which more inputs are tried, not more interleavings:
// full tests without the detector try them all.
func Fewer(n int) int {
	if Less() {
		return max(1, n/10)
	}
	return n
}

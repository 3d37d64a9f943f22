//go:build amd64 && !purego

package cpu

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The kernel, which saves the registers, is of the same opinion.
func TestFeatures(t *testing.T) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Fatal(err)
	}
	_, flags, _ := strings.Cut(string(info), "\nflags")
	flags, _, _ = strings.Cut(flags, "\n")
	has := func(name string) bool { return slices.Contains(strings.Fields(flags), name) }
	if want := has("avx2"); AVX2 != want {
		t.Errorf("AVX2: %v, the kernel says %v", AVX2, want)
	}
	if want := has("avx512f") && has("avx512_vbmi2"); AVX512 != want {
		t.Errorf("AVX-512: %v, the kernel says %v", AVX512, want)
	}
}

//go:build !race

package deflate

import "testing"

// Not under the race detector, which has nothing to find here.
func TestAllocations(t *testing.T) {
	d, h := new(Deflater), NewHistory(15)
	dst := make([]byte, 0, 1<<17)
	for _, payload := range payloads {
		for _, size := range []int{0, 5, 1000, 100_000} {
			p := payload.make(size)
			for level := 1; level <= 9; level += 4 {
				n := testing.AllocsPerRun(3, func() {
					compress(d, dst, p, level, 15, h)
					compress(d, dst, p, level, 15, nil)
					h.Add(p)
				})
				if n > 0 {
					t.Errorf("%s of %d bytes, level %d: %v allocations", payload.name, size, level, n)
				}
			}
		}
	}
}

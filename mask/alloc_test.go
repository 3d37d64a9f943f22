//go:build !race

package mask_test

import (
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
)

// Not under the race detector: there, pools drop what they hold at random.
func TestNewKeyAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(1000, func() { mask.NewKey() }); n > 0 {
		t.Errorf("%v allocations a key", n)
	}
}

// Not even of what the caller has on its stack: assembly keeps no pointer.
func TestMaskingAllocatesNothing(t *testing.T) {
	n := testing.AllocsPerRun(1000, func() {
		var p [200]byte
		mask.XOR(p[:], mask.Key{1, 2, 3, 4}, 0)
	})
	if n > 0 {
		t.Errorf("%v allocations", n)
	}
}

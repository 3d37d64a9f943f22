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

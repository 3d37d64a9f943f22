package chaos

import (
	"os"
	"runtime/debug"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/leak"
)

func TestMain(m *testing.M) {
	debug.SetTraceback("all") // a crash shows its seed as the argument of checkSeed
	os.Exit(leak.Run(m))
}

package hub_test

import (
	"os"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/leak"
)

// TestMain fails the tests if a goroutine or a file descriptor outlives them.
func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

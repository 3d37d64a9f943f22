package suite

import (
	"os"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

package websocket_test

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// TestMain has tests find who keeps memory that was lent, and fails if one leaves
// a goroutine of the package behind.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		websocket.Poison()
	}
	code := m.Run()
	if left := leaked(); code == 0 && left != "" {
		fmt.Fprintf(os.Stderr, "goroutines left behind:\n\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// leaked returns the stacks of goroutines that run code of the package. They
// get some time to come to their ends.
func leaked() string {
	deadline := time.Now().Add(time.Minute)
	for {
		left := packageGoroutines()
		if left == "" || time.Now().After(deadline) {
			return left
		}
		<-time.After(10 * time.Millisecond)
	}
}

func packageGoroutines() string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var left []string
	for _, g := range strings.Split(string(buf), "\n\n")[1:] { // the first is this one
		if strings.Contains(g, "rfc6455/websocket.") {
			left = append(left, g)
		}
	}
	return strings.Join(left, "\n\n")
}

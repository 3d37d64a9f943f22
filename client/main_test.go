package client_test

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
)

// TestMain fails if goroutines, descriptors or turns are left when all tests have ended.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"} {
		os.Unsetenv(name)
	}
	if ln, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		ln.Close() // what the runtime opens with the first socket stays open
	}
	before := usage()
	code := m.Run()
	if left := before.exceeded(); left != "" && code == 0 {
		fmt.Fprintln(os.Stderr, left)
		pprof.Lookup("goroutine").WriteTo(os.Stderr, 1)
		code = 1
	}
	os.Exit(code)
}

// noLeaks fails the test if, after all its other clean-ups, more goroutines, descriptors or turns are in use
// than now. So it goes first in a test.
func noLeaks(t *testing.T) {
	t.Helper()
	before := usage()
	t.Cleanup(func() {
		if left := before.exceeded(); left != "" {
			t.Error(left)
			pprof.Lookup("goroutine").WriteTo(os.Stderr, 1)
		}
	})
}

type resources struct{ goroutines, descriptors, turns int }

func usage() resources {
	r := resources{goroutines: runtime.NumGoroutine(), turns: client.Hosts()}
	if fds, err := os.ReadDir("/proc/self/fd"); err == nil { // elsewhere they are not counted
		r.descriptors = len(fds)
	}
	return r
}

// exceeded says what is in use more than r, after giving what is about to end some time to do so.
func (r resources) exceeded() string {
	var now resources
	for late := time.Now().Add(time.Minute); time.Now().Before(late); {
		now = usage()
		if now.goroutines <= r.goroutines && now.descriptors <= r.descriptors && now.turns <= r.turns {
			return ""
		}
		<-time.After(10 * time.Millisecond)
	}
	return fmt.Sprintf("in use before: %+v, after: %+v", r, now)
}

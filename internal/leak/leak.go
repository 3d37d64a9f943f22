package leak

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Run runs the tests and returns the exit status for TestMain. It fails them if a goroutine or a file descriptor
// outlives them.
func Run(m *testing.M) (code int) {
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil { // the runtime's poller keeps its descriptors
		l.Close()
	}
	files := openFiles()
	if code = m.Run(); code == 0 {
		code = check(files)
	}
	return code
}

// check gives what is about to end some time to do so.
func check(files int) int {
	var left []string
	for late := time.Now().Add(time.Minute); time.Now().Before(late); {
		left = goroutines()
		if len(left) == 0 && openFiles() <= files {
			return 0
		}
		<-time.After(10 * time.Millisecond)
	}
	fmt.Printf("left: %d goroutines, %d file descriptors more than before\n%s\n",
		len(left), openFiles()-files, strings.Join(left, "\n\n"))
	return 1
}

// goroutines returns the stacks of all goroutines but this one and those of the runtime and its signal package.
func goroutines() (stacks []string) {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	for i, stack := range strings.Split(string(buf), "\n\n") {
		if i > 0 && !strings.Contains(stack, "os/signal.") && !strings.Contains(stack, "created by runtime") {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}

// openFiles returns the number of open file descriptors, 0 where it is not known.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

package server_test

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestMain fails the tests if a goroutine or a file descriptor outlives them.
func TestMain(m *testing.M) {
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil { // the runtime's poller keeps its descriptors
		l.Close()
	}
	files := openFiles()
	code := m.Run()
	if code == 0 {
		code = checkLeaks(files)
	}
	os.Exit(code)
}

// checkLeaks gives what is about to end some time to do so.
func checkLeaks(files int) int {
	var left []string
	for range 500 {
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

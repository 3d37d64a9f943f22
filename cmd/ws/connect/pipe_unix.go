//go:build unix

package connect

import (
	"os"
	"os/signal"
	"syscall"
)

// catchBrokenPipe has writing to a pipe that nobody reads fail, where it would
// end the program, until stop is called. What it runs is not affected.
func catchBrokenPipe() (stop func()) {
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE)
	return func() { signal.Stop(broken) }
}

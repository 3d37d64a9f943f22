//go:build unix

package terminal

import (
	"os"
	"os/signal"
	"syscall"
)

// onResize calls f when the window's size changes, until stop is called.
func onResize(f func()) (stop func()) {
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	go func() {
		for range changed {
			f()
		}
	}()
	return func() {
		signal.Stop(changed)
		close(changed)
	}
}

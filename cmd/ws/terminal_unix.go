//go:build unix

package main

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

// catchBrokenPipe has writing to a pipe that nobody reads fail, where it would
// end the program, until stop is called. What it runs is not affected.
func catchBrokenPipe() (stop func()) {
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE)
	return func() { signal.Stop(broken) }
}

//go:build !unix

package main

// onResize does nothing: the system does not tell of changes.
func onResize(func()) (stop func()) { return func() {} }

// catchBrokenPipe does nothing: writing to a pipe that nobody reads fails.
func catchBrokenPipe() (stop func()) { return func() {} }

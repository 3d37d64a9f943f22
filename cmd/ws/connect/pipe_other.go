//go:build !unix

package connect

// catchBrokenPipe does nothing: writing to a pipe that nobody reads fails.
func catchBrokenPipe() (stop func()) { return func() {} }

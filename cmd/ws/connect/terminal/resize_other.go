//go:build !unix

package terminal

// onResize does nothing: the system does not tell of changes.
func onResize(func()) (stop func()) { return func() {} }

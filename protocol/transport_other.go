//go:build !unix

package protocol

import "syscall"

// newRaw returns nil where sockets are no files: reads take the stream's Read.
func newRaw(syscall.Conn) syscall.RawConn { return nil }

// readRaw is not called without a RawConn.
func (t *transport) readRaw() (int, error) { return 0, nil }

// write writes nothing: a socket that is no file cannot tell what it has
// room for.
func (w *socketWriter) write(uintptr) {}

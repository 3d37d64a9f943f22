//go:build !unix

package protocol

// prepareRead has nothing to prepare where sockets are no files: reads take
// the stream's Read.
func (c *Conn) prepareRead() {}

// write writes nothing: a socket that is no file cannot tell what it has
// room for.
func (w *socketWriter) write(uintptr) {}

//go:build !unix

package protocol

// prepareRead has nothing to prepare where sockets are no files: reads take
// the stream's Read.
func (c *Conn) prepareRead() {}

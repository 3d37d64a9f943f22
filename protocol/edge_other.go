//go:build !unix

package protocol

// edgeTurn is not called where sockets are no files.
func (c *Conn) edgeTurn(uintptr) bool { return true }

func (t *transport) shutDown() {}

//go:build !unix

package protocol

// edgeTurn is not called where sockets are no files.
func (c *Conn) edgeTurn() func(uintptr) bool { return nil }

func (t *transport) shutDown() {}

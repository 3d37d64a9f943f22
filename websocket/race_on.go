//go:build race

package websocket

// poisoning says that memory that is given back is overwritten, so that a
// program's own tests find who keeps what was lent.
var poisoning = true

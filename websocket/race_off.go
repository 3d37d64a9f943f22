//go:build !race

package websocket

// poisoning says that memory that is given back is overwritten: in builds with
// the race detector, and for tests of this package.
var poisoning = false

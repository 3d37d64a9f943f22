package protocol

import "io"

// StreamPair returns the two ends of a stream in memory, as Pipe puts them
// under its Conns.
func StreamPair() (a, b io.ReadWriteCloser) {
	x, y := newHalfPipe(), newHalfPipe()
	return &pipeEnd{in: x, out: y}, &pipeEnd{in: y, out: x}
}

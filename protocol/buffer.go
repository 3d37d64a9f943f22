package protocol

import "sync"

// Buffers come in two sizes, for reading and for writing alike.
const (
	smallBuffer = 4 << 10
	bigBuffer   = 64 << 10
)

var (
	smallBuffers = sync.Pool{New: func() any { return new([smallBuffer]byte) }}
	bigBuffers   = sync.Pool{New: func() any { return new([bigBuffer]byte) }}
)

// getBuffer returns a buffer of at least n bytes, or of the biggest size.
func getBuffer(n int) []byte {
	if n <= smallBuffer {
		return smallBuffers.Get().(*[smallBuffer]byte)[:]
	}
	return bigBuffers.Get().(*[bigBuffer]byte)[:]
}

// putBuffer takes a buffer back. One that append has replaced is of another
// size and left to the garbage collector.
func putBuffer(b []byte) {
	switch cap(b) {
	case smallBuffer:
		smallBuffers.Put((*[smallBuffer]byte)(b[:smallBuffer]))
	case bigBuffer:
		bigBuffers.Put((*[bigBuffer]byte)(b[:bigBuffer]))
	}
}

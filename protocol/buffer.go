package protocol

import "sync"

// Buffers come in three sizes: two for reading and writing alike, and one for
// long messages.
const (
	smallBuffer = 4 << 10
	bigBuffer   = 64 << 10
	hugeBuffer  = 1 << 20
)

var (
	smallBuffers = sync.Pool{New: func() any { return new([smallBuffer]byte) }}
	bigBuffers   = sync.Pool{New: func() any { return new([bigBuffer]byte) }}
	hugeBuffers  = sync.Pool{New: func() any { return new([hugeBuffer]byte) }}
)

// getBuffer returns a buffer of at least n bytes, or of the biggest size.
func getBuffer(n int) []byte {
	switch {
	case n <= smallBuffer:
		return getSmallBuffer()
	case n <= bigBuffer:
		return getBigBuffer()
	}
	return hugeBuffers.Get().(*[hugeBuffer]byte)[:]
}

func getSmallBuffer() []byte { return smallBuffers.Get().(*[smallBuffer]byte)[:] }
func getBigBuffer() []byte   { return bigBuffers.Get().(*[bigBuffer]byte)[:] }

// putBuffer takes a buffer back. One that append has replaced is of another
// size and left to the garbage collector.
func putBuffer(b []byte) {
	switch cap(b) {
	case smallBuffer:
		smallBuffers.Put((*[smallBuffer]byte)(b[:smallBuffer]))
	case bigBuffer:
		bigBuffers.Put((*[bigBuffer]byte)(b[:bigBuffer]))
	case hugeBuffer:
		hugeBuffers.Put((*[hugeBuffer]byte)(b[:hugeBuffer]))
	}
}

package websocket

import (
	"bytes"
	"sync"
	"sync/atomic"
)

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
		return smallBuffers.Get().(*[smallBuffer]byte)[:]
	case n <= bigBuffer:
		return bigBuffers.Get().(*[bigBuffer]byte)[:]
	}
	return hugeBuffers.Get().(*[hugeBuffer]byte)[:]
}

// putBuffer takes a buffer back. One that append has replaced is of another
// size and left to the garbage collector.
func putBuffer(b []byte) {
	b = b[:cap(b)]
	poison(b)
	switch len(b) {
	case smallBuffer:
		smallBuffers.Put((*[smallBuffer]byte)(b))
	case bigBuffer:
		bigBuffers.Put((*[bigBuffer]byte)(b))
	case hugeBuffer:
		hugeBuffers.Put((*[hugeBuffer]byte)(b))
	}
}

// poison overwrites memory that was given back.
func poison(b []byte) {
	for poisoning && len(b) > 0 {
		b = b[copy(b, poisoned[:]):]
	}
}

var poisoned = [smallBuffer]byte(bytes.Repeat([]byte{0xdb}, smallBuffer))

// readBuffer is memory that a stream is read into, and that a loop's body may
// look into meanwhile. It goes back to its pool when nobody needs it any more.
type readBuffer struct {
	bytes []byte
	users atomic.Int32 // the connection, and each loop whose body looks into it
}

var (
	smallReadBuffers = sync.Pool{New: func() any { return &readBuffer{bytes: make([]byte, smallBuffer)} }}
	bigReadBuffers   = sync.Pool{New: func() any { return &readBuffer{bytes: make([]byte, bigBuffer)} }}
)

// newReadBuffer returns a buffer with one user.
func newReadBuffer(big bool) *readBuffer {
	pool := &smallReadBuffers
	if big {
		pool = &bigReadBuffers
	}
	b := pool.Get().(*readBuffer)
	b.users.Store(1)
	return b
}

// release says that one user needs it no more.
func (b *readBuffer) release() {
	if b.users.Add(-1) > 0 {
		return
	}
	poison(b.bytes)
	if len(b.bytes) == smallBuffer {
		smallReadBuffers.Put(b)
	} else {
		bigReadBuffers.Put(b)
	}
}

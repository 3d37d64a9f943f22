package capture

import (
	"encoding/binary"
	"io"
)

// The types of the blocks of a pcapng file that matter here, what the one about
// byte order says, and the kind of secrets that is a key log of TLS.
const (
	sectionBlock = 0x0a0d0d0a
	secretsBlock = 0x0000000a
	byteOrder    = 0x1a2b3c4d
	keyLog       = 0x544c534b
)

// maxSecrets bounds the key log in a file.
const maxSecrets = 16 << 20

// secretsReader reads a pcapng file, and keeps the key logs in it: the reader of
// packets has no use for them.
type secretsReader struct {
	io.Reader
	order  binary.ByteOrder
	head   []byte // of the block that goes on
	left   int64  // bytes of it that come after that
	keep   int64  // so many of these are a key log
	keyLog []byte
}

func (s *secretsReader) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.see(p[:n])
	return n, err
}

// headSize is the type and the length of a block, and the first two words of
// what is in it.
const headSize = 16

// see looks at the next bytes of the file.
func (s *secretsReader) see(b []byte) {
	for len(b) > 0 {
		if s.left > 0 {
			n := min(s.left, int64(len(b)))
			s.keyLog = append(s.keyLog, b[:min(n, s.keep)]...)
			s.keep = max(0, s.keep-n)
			s.left, b = s.left-n, b[n:]
			continue
		}
		n := min(headSize-len(s.head), len(b))
		s.head, b = append(s.head, b[:n]...), b[n:]
		if len(s.head) == headSize || len(s.head) == 12 && s.short() {
			s.block()
		}
	}
}

// short reports whether the block ends after 12 bytes.
func (s *secretsReader) short() bool {
	return s.order != nil && s.order.Uint32(s.head[4:]) == 12
}

// block begins a block, of which the head is there.
func (s *secretsReader) block() {
	h := s.head
	s.head = s.head[:0]
	if binary.BigEndian.Uint32(h) == sectionBlock {
		if s.order = binary.BigEndian; s.order.Uint32(h[8:]) != byteOrder {
			s.order = binary.LittleEndian
		}
	}
	if s.order == nil {
		return
	}
	s.left = max(0, int64(s.order.Uint32(h[4:]))-int64(len(h)))
	if len(h) == headSize && s.order.Uint32(h) == secretsBlock && s.order.Uint32(h[8:]) == keyLog {
		s.keep = min(int64(s.order.Uint32(h[12:])), s.left, int64(maxSecrets-len(s.keyLog)))
	}
}

package proxy

import (
	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// fragmenter makes frames of no more than most bytes of payload out of data
// frames, and lets smaller ones and control frames be as they are.
//
// A fragment of a masked frame is masked with the frame's key, turned to where
// it begins: so the payload goes on as it is.
type fragmenter struct {
	most  uint64
	frame protocol.Header // that is in the works; of Length 0 if none is to be cut
	piece uint64          // bytes missing of the current fragment
}

// header appends the header that a frame now begins with.
func (f *fragmenter) header(dst, b []byte, h protocol.Header) []byte {
	f.frame = protocol.Header{}
	if f.most == 0 || h.Length <= f.most || h.Opcode.IsControl() {
		return append(dst, b...)
	}
	f.frame = h
	return f.begin(dst, h.Length)
}

// payload appends the next bytes of the frame's payload, with headers in
// between. left is what is missing after them.
func (f *fragmenter) payload(dst, b []byte, left uint64) []byte {
	if f.frame.Length == 0 {
		return append(dst, b...)
	}
	for len(b) > 0 {
		if f.piece == 0 {
			dst = f.begin(dst, left+uint64(len(b)))
		}
		n := min(f.piece, uint64(len(b)))
		dst, b, f.piece = append(dst, b[:n]...), b[n:], f.piece-n
	}
	return dst
}

// begin appends the header of the next fragment, when so much of the payload is
// to come.
func (f *fragmenter) begin(dst []byte, left uint64) []byte {
	h, at := f.frame, f.frame.Length-left
	f.piece = min(left, f.most)
	h.Length = f.piece
	h.Fin = h.Fin && f.piece == left
	if at > 0 {
		h.Opcode, h.RSV = protocol.OpContinuation, 0
	}
	h.Key = turned(h.Key, at)
	return protocol.AppendHeader(dst, h)
}

// turned returns a key as it masks from byte at on.
func turned(key mask.Key, at uint64) (k mask.Key) {
	for i := range k {
		k[i] = key[(at+uint64(i))%uint64(len(key))]
	}
	return k
}

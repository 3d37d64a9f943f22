package broken

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"io"
)

const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xa
)

// rsv1 says of a message that it is compressed.
const rsv1 = 4

// frame is a frame on its way in or out.
type frame struct {
	fin     bool
	rsv     byte
	opcode  byte
	masked  bool
	key     [4]byte
	seven   byte   // the length that came, or 126 or 127 for an extended one
	ext     []byte // the extended length that came
	payload []byte
}

func (f *frame) control() bool { return f.opcode >= opClose }

// readHeader reads all of a frame but its payload.
func readHeader(in io.Reader) (f frame, err error) {
	var b [2]byte
	if _, err = io.ReadFull(in, b[:]); err != nil {
		return f, err
	}
	f = frame{fin: b[0]&0x80 != 0, rsv: b[0] >> 4 & 7, opcode: b[0] & 0xf, masked: b[1]&0x80 != 0, seven: b[1] & 0x7f}
	f.ext = make([]byte, map[byte]int{126: 2, 127: 8}[f.seven])
	if _, err = io.ReadFull(in, f.ext); err == nil && f.masked {
		_, err = io.ReadFull(in, f.key[:])
	}
	return f, err
}

// readPayload reads n bytes as they come, whatever n promises.
func readPayload(in io.Reader, n uint64) ([]byte, error) {
	var b bytes.Buffer
	_, err := io.CopyN(&b, in, int64(n))
	return b.Bytes(), err
}

// announced returns the length in a header.
func announced(f *frame) uint64 { return f.extended(binary.BigEndian) }

func (f *frame) extended(order binary.ByteOrder) uint64 {
	switch len(f.ext) {
	case 2:
		return uint64(order.Uint16(f.ext))
	case 8:
		return order.Uint64(f.ext)
	}
	return uint64(f.seven)
}

// shortest returns how many bytes of extended length a frame should have.
func shortest(length int) int {
	switch {
	case length < 126:
		return 0
	case length < 1<<16:
		return 2
	}
	return 8
}

// bytes returns the frame as it goes over the wire.
func (c *conduct) bytes(f frame) []byte {
	b := []byte{f.rsv<<4 | f.opcode, 0}
	if f.fin {
		b[0] |= 0x80
	}
	n := len(f.payload)
	switch c.form(n) {
	case 0:
		b[1] = byte(n)
	case 2:
		b[1] = 126
		b = append(b, 0, 0)
		c.order.PutUint16(b[2:], uint16(n))
	case 8:
		b[1] = 127
		b = append(b, 0, 0, 0, 0, 0, 0, 0, 0)
		c.order.PutUint64(b[2:], uint64(n))
	}
	if !f.masked {
		return append(b, f.payload...)
	}
	b[1] |= 0x80
	b = append(b, f.key[:]...)
	head := len(b)
	b = append(b, f.payload...)
	c.xor(b[head:], f.key)
	return b
}

func randomKey() (key [4]byte) {
	rand.Read(key[:])
	return key
}

func xor(p []byte, key [4]byte) {
	keys := bytes.Repeat(key[:], 256)
	for ; len(p) > 0; p = p[min(len(p), len(keys)):] {
		subtle.XORBytes(p, p, keys)
	}
}

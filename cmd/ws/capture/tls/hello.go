package tls

import (
	"bytes"
	"encoding/binary"
)

const randomSize = 32

// The types of handshake messages that matter here.
const (
	clientHello = 1
	serverHello = 2
	finished    = 20
	keyUpdate   = 24
)

// retry is the random of a ServerHello that asks for another ClientHello (RFC
// 8446, section 4.1.3).
var retry = []byte("\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c")

// hello is what counts of a ClientHello or a ServerHello.
type hello struct {
	random  []byte
	suite   uint16 // of a server
	version uint16 // of a server
}

// parseHello reads the body of a ClientHello, or of a ServerHello.
func parseHello(b []byte, server bool) (h hello, ok bool) {
	const fixed = 2 + randomSize
	if len(b) < fixed+1 {
		return h, false
	}
	h.version, h.random = binary.BigEndian.Uint16(b), bytes.Clone(b[2:fixed])
	if !server {
		return h, true
	}
	session := int(b[fixed])
	if b = b[fixed+1:]; len(b) < session+3 {
		return h, false
	}
	b = b[session:]
	h.suite = binary.BigEndian.Uint16(b)
	if b = b[3:]; len(b) >= 2 {
		h.extensions(b[2:])
	}
	return h, true
}

// extensions looks for the version in those of a ServerHello.
func (h *hello) extensions(b []byte) {
	const supportedVersions = 43
	for len(b) >= 4 {
		kind, size := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
		if b = b[4:]; len(b) < size {
			return
		}
		if kind == supportedVersions && size == 2 {
			h.version = binary.BigEndian.Uint16(b)
		}
		b = b[size:]
	}
}

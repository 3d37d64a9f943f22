package handshake

import (
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
)

// Version is the Sec-WebSocket-Version of RFC 6455, the only one this package speaks.
const Version = "13"

// guid is appended to the key before hashing; no endpoint that ignores the protocol would do so (section 1.3).
const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

const keyBytes = 16

// NewKey returns a new Sec-WebSocket-Key: 16 bytes of crypto/rand in base64, as section 4.1 asks for. Each
// connection needs its own. It is safe for concurrent use.
//
//rfc:6455-4.1-25 6455-4.1-26 6455-4.3-2
func NewKey() string {
	var nonce [keyBytes]byte
	rand.Read(nonce[:]) // never fails: the runtime ends the program instead
	return base64.StdEncoding.EncodeToString(nonce[:])
}

// AcceptKey returns the Sec-WebSocket-Accept that answers the given Sec-WebSocket-Key (section 4.2.2). The
// text of the key is hashed, not what it decodes to, without the spaces and tabs around it. The key is not
// checked. It is safe for concurrent use.
//
//rfc:6455-1.3-1 6455-4.2.2-8 6455-4.2.2-22
func AcceptKey(key string) string {
	return string(appendAcceptKey(nil, key))
}

// appendAcceptKey appends what AcceptKey returns.
func appendAcceptKey(dst []byte, key string) []byte {
	text := append(append(make([]byte, 0, 64), trim(key)...), guid...) // a valid key leaves it on the stack
	sum := sha1.Sum(text)
	return base64.StdEncoding.AppendEncode(dst, sum[:])
}

// strictBase64 insists on pad bits of zero: RFC 4648, section 3.5, lets a decoder do that, and a key with others
// comes from no conforming encoder.
var strictBase64 = base64.StdEncoding.Strict()

// validKey reports whether key is base64 of exactly 16 bytes.
func validKey(key string) bool {
	var nonce [keyBytes + 2]byte
	if len(key) != base64.StdEncoding.EncodedLen(keyBytes) {
		return false
	}
	n, err := strictBase64.Decode(nonce[:], []byte(key))
	return err == nil && n == keyBytes
}

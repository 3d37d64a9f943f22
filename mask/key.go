package mask

import (
	"crypto/rand"
	"sync"
)

// Key is the masking key of one frame, in the order of the wire (section 5.3).
type Key [4]byte

// keysAtOnce is how many keys one call of the system's generator pays for.
const keysAtOnce = 256

// source holds random bytes that no key was made of yet.
type source struct {
	unused []byte
	random [keysAtOnce * len(Key{})]byte
}

var sources = sync.Pool{New: func() any { return new(source) }}

// NewKey returns a fresh key for one frame.
//
// The bytes come from crypto/rand, some of them ahead of need, so that most
// keys cost no system call. Every byte is used once: a key tells nothing about
// the next one, which is what keeps an attacker who chooses the payload from
// choosing the bytes on the wire (section 10.3).
//
//rfc:6455-5.3-3 6455-5.3-4 6455-5.3-5 6455-10.3-1
func NewKey() Key {
	s := sources.Get().(*source)
	if len(s.unused) == 0 {
		rand.Read(s.random[:]) // never fails, see crypto/rand
		s.unused = s.random[:]
	}
	key := Key(s.unused)
	s.unused = s.unused[len(key):]
	sources.Put(s)
	return key
}

package tls

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/binary"

	"golang.org/x/crypto/chacha20poly1305"
)

// suite is a cipher suite.
type suite struct {
	hash     crypto.Hash
	keySize  int
	ivSize   int // 4 if each record brings the other 8 bytes of its nonce
	makeAEAD func(key []byte) (cipher.AEAD, error)
}

var (
	aes128      = suite{crypto.SHA256, 16, 4, newGCM}
	aes256      = suite{crypto.SHA384, 32, 4, newGCM}
	chacha      = suite{crypto.SHA256, 32, 12, chacha20poly1305.New}
	aes128Of13  = suite{crypto.SHA256, 16, 12, newGCM}
	aes256Of13  = suite{crypto.SHA384, 32, 12, newGCM}
	knownSuites = map[uint16]suite{
		0x1301: aes128Of13, 0x1302: aes256Of13, 0x1303: chacha,
		0x009c: aes128, 0x009e: aes128, 0xc02b: aes128, 0xc02f: aes128,
		0x009d: aes256, 0x009f: aes256, 0xc02c: aes256, 0xc030: aes256,
		0xcca8: chacha, 0xcca9: chacha, 0xccaa: chacha,
	}
)

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// keys opens the records of one direction.
type keys struct {
	aead cipher.AEAD
	iv   []byte
	seq  uint64
}

// newKeys returns the keys of a key and an iv of the right sizes.
func (s suite) newKeys(key, iv []byte) (*keys, error) {
	aead, err := s.makeAEAD(key)
	return &keys{aead: aead, iv: iv}, err
}

// keysOf13 returns the keys that a traffic secret of TLS 1.3 makes (RFC 8446,
// section 7.3).
func (s suite) keysOf13(secret []byte) (*keys, error) {
	key, err := s.expand(secret, "key", s.keySize)
	if err != nil {
		return nil, err
	}
	iv, err := s.expand(secret, "iv", s.ivSize)
	if err != nil {
		return nil, err
	}
	return s.newKeys(key, iv)
}

// expand is HKDF-Expand-Label without a context (RFC 8446, section 7.1).
func (s suite) expand(secret []byte, label string, size int) ([]byte, error) {
	label = "tls13 " + label
	info := binary.BigEndian.AppendUint16(nil, uint16(size))
	info = append(append(append(info, byte(len(label))), label...), 0)
	return hkdf.Expand(s.hash.New, secret, string(info), size)
}

// keysOf12 returns the keys of client and server that the master secret of TLS
// 1.2 makes (RFC 5246, section 6.3).
func (s suite) keysOf12(master, client, server []byte) (both [2]*keys, err error) {
	seed := append(append([]byte("key expansion"), server...), client...)
	b := s.prf(master, seed, 2*(s.keySize+s.ivSize))
	for i := range both {
		iv := b[2*s.keySize+i*s.ivSize:][:s.ivSize]
		if both[i], err = s.newKeys(b[i*s.keySize:][:s.keySize], iv); err != nil {
			return both, err
		}
	}
	return both, nil
}

// prf is P_hash of RFC 5246, section 5.
func (s suite) prf(secret, seed []byte, size int) (out []byte) {
	mac := func(b ...[]byte) []byte {
		h := hmac.New(s.hash.New, secret)
		for _, one := range b {
			h.Write(one)
		}
		return h.Sum(nil)
	}
	for a := mac(seed); len(out) < size; a = mac(a) {
		out = append(out, mac(a, seed)...)
	}
	return out[:size]
}

// overhead is how much longer the payload of a record is than its data, without
// padding.
func (k *keys) overhead(v13 bool) int {
	n := k.aead.Overhead()
	if v13 {
		return n + 1
	}
	return n + k.aead.NonceSize() - len(k.iv)
}

// open returns what is in a record, header included, if its number is seq.
func (k *keys) open(record []byte, seq uint64, v13 bool) ([]byte, error) {
	header, payload := record[:headerSize], record[headerSize:]
	nonce := make([]byte, k.aead.NonceSize())
	copy(nonce, k.iv)
	if explicit := len(nonce) - len(k.iv); explicit > 0 {
		if len(payload) < explicit {
			return nil, errShort
		}
		copy(nonce[len(k.iv):], payload)
		payload = payload[explicit:]
	} else {
		var number [8]byte
		binary.BigEndian.PutUint64(number[:], seq)
		for i, b := range number {
			nonce[len(nonce)-8+i] ^= b
		}
	}
	extra := header
	if !v13 {
		if len(payload) < k.aead.Overhead() {
			return nil, errShort
		}
		extra = binary.BigEndian.AppendUint64(nil, seq)
		extra = append(extra, header[:3]...)
		extra = binary.BigEndian.AppendUint16(extra, uint16(len(payload)-k.aead.Overhead()))
	}
	return k.aead.Open(nil, nonce, payload, extra)
}

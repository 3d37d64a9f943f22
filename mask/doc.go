// Package mask is the masking of RFC 6455, section 5.3: byte i of a frame's
// payload is XORed with byte i mod 4 of the frame's masking key. Masking and
// unmasking are the same operation.
//
// Read key.go first (where keys come from and why they must be unpredictable),
// then xor.go (the operation).
//
// The package does no I/O and all of it is safe for concurrent use.
package mask

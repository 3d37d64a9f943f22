// Package mask is the masking of RFC 6455, section 5.3: byte i of a frame's
// payload is XORed with byte i mod 4 of the frame's masking key. Masking and
// unmasking are the same operation.
//
// Read key.go first (where keys come from and why they must be unpredictable),
// then xor.go (the operation, and all of it for short payloads). Longer ones go
// on in long:
//
//	words.go                     plain Go, eight bytes at a time
//	xor_amd64.s, xor_arm64.s     assembly, 16 to 64 bytes at a time
//	xor_generic.go               who takes the plain Go
//
// The build tag purego leaves the assembly out, and so does the race detector,
// which cannot see what assembly does to memory.
//
// The package does no I/O and all of it is safe for concurrent use.
package mask

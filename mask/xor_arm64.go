//go:build !purego && !race

package mask

// long masks more than 32 bytes.
func long(dst, src []byte, key uint32) { vectors(&dst[0], &src[0], len(src), key) }

// vectors masks n bytes, more than 32, from src to dst.
//
//go:noescape
func vectors(dst, src *byte, n int, key uint32)

//go:build !purego && !race

package mask

import "github.com/seed372fb791/rfc6455/internal/cpu"

// The widest registers that vectors may use.
var hasAVX2, hasAVX512 = cpu.AVX2, cpu.AVX512

// long masks more than 32 bytes.
func long(dst, src []byte, key uint32) { vectors(&dst[0], &src[0], len(src), twice(key)) }

// vectors masks n bytes, more than 32, from src to dst. It has the key twice,
// so that it can load the key turned to the byte where a register begins.
//
//go:noescape
func vectors(dst, src *byte, n int, keys uint64)

package mask

import "encoding/binary"

// words is long in plain Go, for n >= 8. Where there is assembly it is what
// the tests compare that with.
func words(dst, src []byte, key uint32) {
	le := binary.LittleEndian
	n := len(src)
	k, end := twice(key), le.Uint64(src[n-8:])^twice(atEnd(key, n))
	d, s := dst, src
	for len(s) >= 32 && len(d) >= 32 {
		le.PutUint64(d, le.Uint64(s)^k)
		le.PutUint64(d[8:], le.Uint64(s[8:])^k)
		le.PutUint64(d[16:], le.Uint64(s[16:])^k)
		le.PutUint64(d[24:], le.Uint64(s[24:])^k)
		d, s = d[32:], s[32:]
	}
	for len(s) >= 8 && len(d) >= 8 {
		le.PutUint64(d, le.Uint64(s)^k)
		d, s = d[8:], s[8:]
	}
	le.PutUint64(dst[n-8:], end)
}

//go:build purego || race || !(amd64 || arm64)

package mask

// long masks more than 32 bytes. The race detector sees what plain Go does to
// memory, so under it there is no assembly.
func long(dst, src []byte, key uint32) { words(dst, src, key) }

//go:build purego || race || !(amd64 || arm64)

package utf8

// hasVectors is false: there is no assembly.
const hasVectors = false

// check is never called.
func check([]byte) int { return 0 }

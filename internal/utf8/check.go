//go:build (amd64 || arm64) && !purego && !race

package utf8

// check returns a number of bytes at the start of p in which no pair is bad and
// no character is cut, unless it is by their end. They are all of p, but for the
// two last at most; or if something is wrong, those before the block where it is.
// They are never 1 or 2. p is not shorter than shortest.
//
//go:noescape
func check(p []byte) (good int)

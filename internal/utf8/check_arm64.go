//go:build !purego && !race

package utf8

// hasVectors is true: each arm64 has what check is made of.
const hasVectors = true

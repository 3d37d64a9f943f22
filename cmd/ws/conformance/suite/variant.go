package suite

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// variant is how the bytes of a case are cut into writes.
type variant struct {
	name string
	cut  func(frames [][]byte) iter.Seq[[]byte]
}

// The variants: all at once, a frame at a time, a byte at a time.
var (
	whole     = variant{"whole", func(f [][]byte) iter.Seq[[]byte] { return slices.Values([][]byte{bytes.Join(f, nil)}) }}
	framewise = variant{"framewise", func(f [][]byte) iter.Seq[[]byte] { return slices.Values(f) }}
	bytewise  = variant{"bytewise", chop(1).cut}
)

// chop returns the variant that writes n bytes at a time.
func chop(n int) variant {
	return variant{fmt.Sprintf("chop=%d", n), func(f [][]byte) iter.Seq[[]byte] {
		return slices.Chunk(bytes.Join(f, nil), n)
	}}
}

// parseVariant returns the variant of a name.
func parseVariant(name string) (variant, error) {
	for _, v := range []variant{whole, framewise, bytewise} {
		if v.name == name {
			return v, nil
		}
	}
	size, isChop := strings.CutPrefix(name, "chop=")
	n, err := strconv.Atoi(size)
	if !isChop || err != nil || n < 1 {
		return variant{}, fmt.Errorf("%q is no variant such as whole, framewise, bytewise or chop=997", name)
	}
	return chop(n), nil
}

// The size from which on a script is not cut into single bytes but into chunks.
const (
	mostBytewise = 2 << 10
	largeChunk   = 997
)

// variants returns those that a script is played in: those that its words ask
// for, and what makes a difference for any. One with pauses is cut by them.
func (s *script) variants(asked []variant) []variant {
	all := []variant{whole}
	frames, size := s.extent()
	if s.pauses() {
		return all
	}
	if frames > 1 {
		all = append(all, framewise)
	}
	switch {
	case size > mostBytewise:
		all = append(all, chop(largeChunk))
	case size > 1:
		all = append(all, bytewise)
	}
	for _, v := range asked {
		if !slices.ContainsFunc(all, func(other variant) bool { return other.name == v.name }) {
			all = append(all, v)
		}
	}
	return all
}

// extent returns how many frames and bytes a script sends.
func (s *script) extent() (frames, size int) {
	for _, t := range s.turns {
		for _, p := range t.pieces {
			frames += len(p.frames)
			for _, f := range p.frames {
				size += len(f)
			}
		}
	}
	return frames, size
}

// pauses reports whether a script has any.
func (s *script) pauses() bool {
	return slices.ContainsFunc(s.turns, func(t turn) bool {
		return slices.ContainsFunc(t.pieces, func(p piece) bool { return p.pause > 0 })
	})
}

package capture

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// What waits for something that never comes is bounded, in bytes and in pieces.
func TestHeld(t *testing.T) {
	for name, size := range map[string]int{"large": 1 << 15, "small": 1} {
		s := new(stream)
		s.begin(0)
		missing, got := int64(0), 0
		for i := range 3 * maxEarlyPieces {
			seq := uint32(1<<27 + i*size)
			if size == 1 {
				seq = uint32(1<<27 - 2*i) // the order that costs most
			}
			for _, e := range s.take(piece{seq: seq, data: make([]byte, size)}) {
				missing, got = missing+e.Missing, got+len(e.Data)
			}
			if s.held > maxEarly || len(s.early) > maxEarlyPieces {
				t.Fatalf("%s: %d bytes in %d pieces wait", name, s.held, len(s.early))
			}
		}
		if missing == 0 || got == 0 {
			t.Errorf("%s: %d bytes missing, %d there: the bound was not reached", name, missing, got)
		}
	}
}

// However what was sent is cut into pieces, in whatever order and how often
// they come: it comes out as it was sent, if all of it is there.
func TestAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		sent := make([]byte, 1+r.IntN(2000))
		for i := range sent {
			sent[i] = byte(r.Uint32())
		}
		first := r.Uint32()
		pieces := cutUp(r, sent, first)
		pieces = append(pieces, pieces[r.IntN(len(pieces))], piece{seq: first + uint32(len(sent)), fin: true})
		r.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })

		s := new(stream)
		s.begin(first)
		var got []byte
		ended := false
		for _, p := range pieces {
			for _, e := range s.take(p) {
				if e.Kind == Gap || ended {
					t.Fatalf("unexpected: %s", describe(e))
				}
				ended = e.Kind == End
				got = append(got, e.Data...)
			}
		}
		if !bytes.Equal(got, sent) || !ended || s.held != 0 || len(s.early) > 0 {
			t.Fatalf("%d bytes of %d, ended %v, %d wait", len(got), len(sent), ended, s.held)
		}
	}
}

// cutUp cuts sent into pieces that overlap.
func cutUp(r *rand.Rand, sent []byte, first uint32) (pieces []piece) {
	for at := 0; at < len(sent); {
		n := 1 + r.IntN(300)
		start, end := max(0, at-r.IntN(100)), min(len(sent), at+n)
		pieces = append(pieces, piece{seq: first + uint32(start), data: sent[start:end]})
		at = end
	}
	return pieces
}

// Package deflate compresses and inflates messages as RFC 7692 has them. It
// does so by the standard library, so that what is measured is not its own
// judge.
package deflate

import (
	"bytes"
	"compress/flate"
	"io"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
)

// tail is what a compressed message ends with, but for the wire.
const tail = "\x00\x00\xff\xff"

// Compress returns the payload of a compressed message in which nothing lies
// further back than a window of so many bits, and nothing before the message:
// it is good with context takeover and without.
func Compress(p []byte, bits int) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(nil, flate.DefaultCompression) // its only error is about the level
	for part := range slices.Chunk(p, 1<<bits) {
		w.Reset(&out)
		w.Write(part)
		w.Flush()
	}
	return bytes.TrimSuffix(out.Bytes(), []byte(tail))
}

// Inflater inflates the messages of a server one after another.
type Inflater struct {
	window int // bytes, 0 without context takeover
	past   []byte
}

// NewInflater returns an inflater for what was agreed on.
func NewInflater(agreed handshake.Deflate) *Inflater {
	if agreed.ServerNoContextTakeover {
		return &Inflater{}
	}
	return &Inflater{window: 1 << agreed.ServerMaxWindowBits}
}

// Inflate returns the contents of the next message. It ends with the first
// block that says it is the last one, which nobody compared here sends.
func (i *Inflater) Inflate(payload []byte) ([]byte, error) {
	const last = "\x01\x00\x00\xff\xff"
	r := flate.NewReaderDict(io.MultiReader(bytes.NewReader(payload), strings.NewReader(tail+last)), i.past)
	p, err := io.ReadAll(r)
	if err == nil {
		i.Remember(p)
	}
	return p, err
}

// Remember takes p for a message that has been inflated elsewhere.
func (i *Inflater) Remember(p []byte) {
	i.past = append(i.past, p...)
	i.past = slices.Delete(i.past, 0, max(0, len(i.past)-i.window))
}

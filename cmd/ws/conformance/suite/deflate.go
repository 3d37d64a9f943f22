package suite

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"slices"
)

// tail is what a compressed message ends with, but for the wire (RFC 7692,
// section 7.2.1).
const tail = "\x00\x00\xff\xff"

// lastBlock makes an end, which the reader of package flate wants.
const lastBlock = "\x01\x00\x00\xff\xff"

// deflater compresses messages by the standard library, so that no package of
// this module is its own judge.
type deflater struct {
	direction
	out bytes.Buffer
	w   *flate.Writer
}

func newDeflater(d direction) *deflater {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // its only error is about the level
	f := &deflater{direction: d, w: w}
	w.Reset(&f.out)
	return f
}

// deflate returns the payload of a compressed message, good until the next one.
// The window of package flate has 15 bits: for a smaller one nothing may reach
// out of the chunk that it is in.
func (f *deflater) deflate(p []byte) []byte {
	f.out.Reset()
	if f.noTakeover {
		f.w.Reset(&f.out)
	}
	if f.bits == mostBits || len(p) == 0 {
		f.w.Write(p)
		f.w.Flush()
	} else {
		for part := range slices.Chunk(p, 1<<f.bits) {
			f.w.Reset(&f.out)
			f.w.Write(part)
			f.w.Flush()
		}
	}
	return bytes.TrimSuffix(f.out.Bytes(), []byte(tail))
}

// inflater inflates the messages of a peer.
type inflater struct {
	direction
	past []byte // the window
	r    io.ReadCloser
}

func newInflater(d direction) *inflater {
	return &inflater{direction: d, r: flate.NewReader(nil)}
}

var errTooMuch = errors.New("it is longer than what was sent")

// inflate returns what a payload holds, at most so many bytes of it and one.
func (f *inflater) inflate(payload []byte, most int64) ([]byte, error) {
	if f.noTakeover {
		f.past = f.past[:0]
	}
	in := bytes.NewReader(slices.Concat(payload, []byte(tail+lastBlock)))
	window := slices.Clone(f.past)
	var all []byte
	for in.Len() > 0 { // blocks may follow one that says it is the last
		f.r.(flate.Resetter).Reset(in, window)
		p, err := io.ReadAll(io.LimitReader(f.r, most+1-int64(len(all))))
		all = append(all, p...)
		if err == nil && int64(len(all)) > most {
			err = errTooMuch
		}
		if err != nil {
			return all, err
		}
		window = lastOf(append(window, p...), 1<<mostBits)
	}
	f.past = lastOf(append(f.past, all...), 1<<f.bits)
	return all, nil
}

// lastOf returns the last n bytes of p, if it has so many.
func lastOf(p []byte, n int) []byte { return p[max(0, len(p)-n):] }

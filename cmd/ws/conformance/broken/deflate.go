package broken

import (
	"bytes"
	"compress/flate"
	"io"
)

// tail is the empty block that every compressed message ends in. It does not go
// over the wire.
const tail = "\x00\x00\xff\xff"

// window is the largest of DEFLATE.
const window = 1 << 15

// compressor compresses messages.
type compressor struct {
	forget bool // each message begins with an empty window
	size   int  // of the window
	out    bytes.Buffer
	w      *flate.Writer
}

func newCompressor(forget bool, bits int) *compressor {
	z := &compressor{forget: forget, size: 1 << bits}
	z.w, _ = flate.NewWriter(&z.out, flate.BestSpeed)
	return z
}

// deflate returns data as blocks, the last of which is empty. For a window that
// is smaller than the package's it forgets what came before each piece of the
// window's size.
func (z *compressor) deflate(data []byte) []byte {
	z.out.Reset()
	if z.forget {
		z.w.Reset(&z.out)
	}
	for z.size < window && len(data) > z.size {
		z.piece(data[:z.size])
		data = data[z.size:]
	}
	z.piece(data)
	return z.out.Bytes()
}

func (z *compressor) piece(data []byte) {
	z.w.Write(data)
	z.w.Flush()
	if z.size < window {
		z.w.Reset(&z.out)
	}
}

// withoutTail takes the empty block off a message but for its first bits.
func withoutTail(p []byte) []byte { return bytes.TrimSuffix(p, []byte(tail)) }

// decompressor takes compressed messages.
type decompressor struct {
	forget bool
	before []byte // the window
	r      io.ReadCloser
}

func newDecompressor(forget bool) *decompressor {
	return &decompressor{forget: forget, r: flate.NewReader(bytes.NewReader(nil))}
}

// inflate returns what a message holds, up to the error if there is one.
func (z *decompressor) inflate(p []byte) (data []byte, err error) {
	const final = "\x01" + tail // ends the last message, which has no end of its own
	in := bytes.NewReader(append(append(bytes.Clone(p), tail...), final...))
	var out bytes.Buffer
	for in.Len() > 0 && err == nil {
		z.r.(flate.Resetter).Reset(in, z.dictionary(out.Bytes()))
		if _, err = io.CopyN(&out, z.r, maxMessage+1-int64(out.Len())); err == io.EOF {
			err = nil // the last block, but maybe not of the message
		} else if err == nil {
			err = tooBig
		}
	}
	z.before = bytes.Clone(z.dictionary(out.Bytes()))
	if z.forget {
		z.before = nil
	}
	return out.Bytes(), err
}

// dictionary returns the window after data.
func (z *decompressor) dictionary(data []byte) []byte {
	all := append(bytes.Clone(z.before), data...)
	return all[max(0, len(all)-window):]
}

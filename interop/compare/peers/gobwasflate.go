package peers

import (
	"bytes"
	"compress/flate"
	"io"
	"sync"
	"unicode/utf8"

	"github.com/gobwas/ws/wsflate"
	"github.com/gobwas/ws/wsutil"
)

// recompress inflates the message, if that is compressed, and returns it
// compressed.
func (e *gobwasEcho) recompress(text bool) ([]byte, error) {
	p := gobwasPairs.Get().(*gobwasPair)
	defer gobwasPairs.Put(p)
	contents := e.message
	if e.state.IsCompressed() {
		p.inflated.Reset()
		p.in.Reset(bytes.NewReader(e.message))
		if _, err := p.inflated.ReadFrom(p.in); err != nil {
			return nil, err
		}
		contents = p.inflated.Bytes()
	}
	if text && !utf8.Valid(contents) {
		return nil, wsutil.ErrInvalidUTF8
	}
	e.deflated.Reset()
	p.out.Reset(&e.deflated)
	if _, err := p.out.Write(contents); err != nil {
		return nil, err
	}
	err := p.out.Flush()
	return e.deflated.Bytes(), err
}

// gobwasPair is shared by connections: it has no context to be taken over.
type gobwasPair struct {
	in       *wsflate.Reader
	inflated bytes.Buffer
	out      *wsflate.Writer
}

var gobwasPairs = sync.Pool{New: func() any {
	return &gobwasPair{
		in: wsflate.NewReader(nil, func(r io.Reader) wsflate.Decompressor { return resettable{flate.NewReader(r)} }),
		out: wsflate.NewWriter(nil, func(w io.Writer) wsflate.Compressor {
			compressor, _ := flate.NewWriter(w, flate.BestSpeed) // its only error is about the level
			return compressor
		}),
	}
}}

// resettable lets wsflate use a decompressor again.
type resettable struct{ io.ReadCloser }

func (r resettable) Reset(src io.Reader) { r.ReadCloser.(flate.Resetter).Reset(src, nil) }

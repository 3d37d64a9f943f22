package oracle

import (
	"bytes"
	"compress/flate"
	"testing"
)

// Deflate returns p compressed as a message (RFC 7692 section 7.2.1) at a level
// of compress/flate, behind the bytes of before in the window, with a flush
// every so many bytes.
func Deflate(t testing.TB, level int, before, p []byte, every int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriterDict(&b, level, before)
	if err != nil {
		t.Fatal(err)
	}
	for len(p) > every {
		w.Write(p[:every])
		w.Flush()
		p = p[every:]
	}
	w.Write(p)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{0x00, 0x00, 0xff, 0xff})
}

package fuzz

import (
	"bytes"
	"io"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
)

// A header that is parsed and appended is the same again, byte for byte if its
// length was in the shortest form, and else it is refused.
func FuzzHeader(f *testing.F) {
	for _, stream := range streams(f) {
		f.Add(stream[:min(len(stream), protocol.MaxHeaderSize)], true)
		f.Add(stream[:min(len(stream), protocol.MaxHeaderSize)], false)
	}
	f.Fuzz(func(t *testing.T, b []byte, fragmented bool) {
		h, n, err := protocol.ParseHeader(b)
		if err != nil {
			if err != io.ErrUnexpectedEOF || n != 0 || len(b) >= protocol.MaxHeaderSize {
				t.Fatalf("%d bytes, error %v", n, err)
			}
			return
		}
		appended := protocol.AppendHeader(nil, h)
		again, m, err := protocol.ParseHeader(appended)
		if again != h || m != len(appended) || m != h.Size() || err != nil {
			t.Fatalf("%+v again: %+v, %d bytes of %d, %v", h, again, m, len(appended), err)
		}
		same := bytes.Equal(appended, b[:n])
		if same != (n == h.Size()) {
			t.Fatalf("% x appended: % x", b[:n], appended)
		}
		for _, role := range []protocol.Role{protocol.Server, protocol.Client} {
			c := protocol.HeaderContext{Role: role, RSV: b[0] & 7, Fragmented: fragmented}
			if protocol.CheckHeader(h, n, c) == nil && !same {
				t.Fatalf("% x is accepted, and % x when appended", b[:n], appended)
			}
		}
	})
}

package protocol

import (
	"fmt"
	"testing"

	"github.com/seed372fb791/rfc6455/mask"
)

func BenchmarkParseHeader(b *testing.B) {
	forLengths(b, func(b *testing.B, h Header) {
		frame := AppendHeader(nil, h)
		for b.Loop() {
			if _, _, err := ParseHeader(frame); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAppendHeader(b *testing.B) {
	forLengths(b, func(b *testing.B, h Header) {
		var dst []byte
		for b.Loop() {
			dst = AppendHeader(dst[:0], h)
		}
	})
}

// forLengths runs f with a header of each of the three forms of a length.
func forLengths(b *testing.B, f func(b *testing.B, h Header)) {
	for _, length := range []uint64{125, 65535, 65536} {
		b.Run(fmt.Sprint(length), func(b *testing.B) {
			b.ReportAllocs()
			f(b, Header{Fin: true, Opcode: OpBinary, Masked: true, Key: mask.Key{1, 2, 3, 4}, Length: length})
		})
	}
}

// forPayloads runs f for each size of a message.
func forPayloads(b *testing.B, f func(b *testing.B, payload []byte)) {
	for _, size := range []int{16, 128, 1 << 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			f(b, make([]byte, size))
		})
	}
}

func BenchmarkEndpointReceive(b *testing.B) {
	forPayloads(b, func(b *testing.B, payload []byte) {
		e := NewEndpoint(Server, nil, nil, nil)
		h := Header{Fin: true, Opcode: OpBinary, Masked: true, Key: exampleKey, Length: uint64(len(payload))}
		frame := append(AppendHeader(nil, h), payload...)
		var ev Event
		for b.Loop() {
			e.Receive(frame)
			for e.Next(&ev) {
			}
		}
	})
}

func BenchmarkEndpointSend(b *testing.B) {
	forPayloads(b, func(b *testing.B, payload []byte) {
		e := NewEndpoint(Server, nil, nil, nil)
		var out []byte
		for b.Loop() {
			e.Lend(out)
			e.Send(Binary, true, payload)
			out = e.Output()
			e.Written()
		}
	})
}

package protocol_test

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/mask"
	. "github.com/seed372fb791/rfc6455/protocol"
)

// sameAgain is a stream that brings the same frames as many times as asked for,
// and whose writes go nowhere: what is left is the cost of Conn.
type sameAgain struct {
	frames []byte
	times  int
	pos    int
}

func (s *sameAgain) Read(p []byte) (int, error) {
	if s.times <= 0 {
		return 0, io.EOF
	}
	n := copy(p, s.frames[s.pos:])
	if s.pos += n; s.pos == len(s.frames) {
		s.pos, s.times = 0, s.times-1
	}
	return n, nil
}

func (*sameAgain) Write(p []byte) (int, error)      { return len(p), nil }
func (*sameAgain) SetReadDeadline(time.Time) error  { return nil }
func (*sameAgain) SetWriteDeadline(time.Time) error { return nil }
func (*sameAgain) Close() error                     { return nil }

func BenchmarkConnEcho(b *testing.B) {
	for _, size := range []int{16, 128, 1024} {
		for _, pipelined := range []int{1, 16} {
			b.Run(fmt.Sprintf("%dx%d", pipelined, size), func(b *testing.B) {
				var frames []byte
				for range pipelined {
					frames = append(frames, maskedFrame(OpBinary, true, string(make([]byte, size)))...)
				}
				s := NewConn(&sameAgain{frames: frames, times: (b.N + pipelined - 1) / pipelined}, Server, Setup{}, Options{})
				b.ReportAllocs()
				b.ResetTimer()
				echoUnder(background, s)
			})
		}
	}
}

func BenchmarkConnTCP(b *testing.B) {
	for _, size := range []int{16, 128, 1024, 16 << 10, 256 << 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s, c := overTCP(b, Options{}, Options{})
			go echo(s)
			p, buf := make([]byte, size), make([]byte, size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				c.Write(b.Context(), Binary, p)
				if _, _, err := c.ReadInto(b.Context(), buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A prepared message to many connections.
func BenchmarkPrepared(b *testing.B) {
	m, err := Prepare(Text, make([]byte, 128))
	if err != nil {
		b.Fatal(err)
	}
	s := NewConn(&sameAgain{}, Server, Setup{}, Options{})
	b.ReportAllocs()
	for b.Loop() {
		s.WritePrepared(background, m)
	}
}

func BenchmarkEndpoint(b *testing.B) {
	for _, size := range []int{16, 128, 1024} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			e := NewEndpoint(Server, Config{})
			h := Header{Fin: true, Opcode: OpBinary, Masked: true, Key: mask.Key{1, 2, 3, 4}, Length: uint64(size)}
			frame := append(AppendHeader(nil, h), make([]byte, size)...)
			var out []byte
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				e.Receive(frame)
				for ev, ok := e.Next(); ok; ev, ok = e.Next() {
					e.Send(ev.Type, ev.Fin, ev.Data)
				}
				out = e.Output(out)
			}
		})
	}
}

func BenchmarkUTF8(b *testing.B) {
	for name, text := range map[string]string{"ascii": "plain old text, ", "cyrillic": "Ещё немного текста, ", "cjk": "世界人权宣言，", "emoji": "🙂🚀🌍✨"} {
		b.Run(name, func(b *testing.B) {
			p := make([]byte, 0, 1024)
			for len(p)+len(text) <= 1024 {
				p = append(p, text...)
			}
			b.SetBytes(int64(len(p)))
			for b.Loop() {
				var u UTF8
				if u.Check(p) < len(p) {
					b.Fatal("not UTF-8")
				}
			}
		})
	}
}

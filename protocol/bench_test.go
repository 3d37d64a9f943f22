package protocol_test

import (
	"fmt"
	"io"
	"net"
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

// A message to many receivers over TCP, one after the other, beside what a
// plain write of the same bytes to each costs.
func BenchmarkBroadcast(b *testing.B) {
	const receivers = 200
	m, err := Prepare(Binary, make([]byte, 128))
	if err != nil {
		b.Fatal(err)
	}
	frame := append([]byte{0x82, 126, 0, 128}, make([]byte, 128)...)
	for _, way := range []struct {
		name string
		send func(*net.TCPConn, *Conn)
	}{
		{"net.Conn.Write", func(socket *net.TCPConn, _ *Conn) { socket.Write(frame) }},
		{"TryWritePrepared", func(_ *net.TCPConn, c *Conn) {
			if taken, _ := c.TryWritePrepared(m); !taken {
				c.WritePrepared(background, m)
			}
		}},
		{"WritePrepared", func(_ *net.TCPConn, c *Conn) { c.WritePrepared(background, m) }},
		{"Write", func(_ *net.TCPConn, c *Conn) { c.Write(background, Binary, frame[4:]) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			sockets, conns := make([]*net.TCPConn, receivers), make([]*Conn, receivers)
			for i := range receivers {
				socket, peer := tcpPair(b)
				sockets[i], conns[i] = socket, NewConn(socket, Server, Setup{}, Options{})
				b.Cleanup(func() { conns[i].CloseNow(); peer.Close() })
				go io.Copy(io.Discard, struct{ io.Reader }{peer})
			}
			b.ReportAllocs()
			for b.Loop() {
				for i, c := range conns {
					way.send(sockets[i], c)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/receivers, "ns/delivery")
		})
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

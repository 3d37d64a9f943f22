package websocket_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	. "github.com/seed372fb791/rfc6455/websocket"
)

// sameAgain is a stream that brings the same frames while more says so, and
// whose writes go nowhere: what is left is the cost of Conn.
type sameAgain struct {
	frames []byte
	rest   []byte
	more   func() bool
}

func (s *sameAgain) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		if !s.more() {
			return 0, io.EOF
		}
		s.rest = s.frames
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func (*sameAgain) Write(p []byte) (int, error)      { return len(p), nil }
func (*sameAgain) SetReadDeadline(time.Time) error  { return nil }
func (*sameAgain) SetWriteDeadline(time.Time) error { return nil }
func (*sameAgain) Close() error                     { return nil }

// forPayloads runs f for each size of a message.
func forPayloads(b *testing.B, sizes []int, f func(b *testing.B, payload []byte)) {
	for _, size := range sizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			f(b, make([]byte, size))
		})
	}
}

// Conn by itself. An operation is the messages of one read, answered by one
// write.
func BenchmarkConnEcho(b *testing.B) {
	for _, inFlight := range []int{1, 16} {
		b.Run(fmt.Sprint("inflight=", inFlight), func(b *testing.B) {
			forPayloads(b, []int{16, 128, 1 << 10}, func(b *testing.B, payload []byte) {
				frames := bytes.Repeat(maskedFrame(protocol.OpBinary, true, string(payload)), inFlight)
				b.SetBytes(int64(inFlight * len(payload)))
				echo(NewConn(&sameAgain{frames: frames, more: b.Loop}, Server, Setup{}, Options{}))
			})
		})
	}
}

func BenchmarkConnPipe(b *testing.B) {
	forPayloads(b, []int{16, 128, 1 << 10, 16 << 10}, func(b *testing.B, payload []byte) {
		s, c := inMemory(b, Options{}, Options{})
		exchange(b, s, c, payload)
	})
}

func BenchmarkConnTCP(b *testing.B) {
	forPayloads(b, []int{16, 128, 1 << 10, 16 << 10, 256 << 10}, func(b *testing.B, payload []byte) {
		s, c := overTCP(b, Options{}, Options{})
		exchange(b, s, c, payload)
	})
}

// exchange has the server echo a message again and again.
func exchange(b *testing.B, s, c *Conn, payload []byte) {
	go echo(s)
	buf := make([]byte, len(payload))
	for b.Loop() {
		c.Write(background, Binary, payload)
		if _, _, err := c.ReadInto(background, buf); err != nil {
			b.Fatal(err)
		}
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

package chaos

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Transport is a kind of stream between the ends.
type Transport string

// The transports. Those in memory run in a bubble.
const (
	overPipe    Transport = "Pipe"
	overMemory  Transport = "memory"
	overNetPipe Transport = "net.Pipe"
	overBare    Transport = "memory without deadlines"
	overRefused Transport = "memory that refuses deadlines"
	overTCP     Transport = "TCP"
	overUnix    Transport = "Unix"
	overTLS     Transport = "TLS"
)

// inBubble reports whether time is virtual there.
func (t Transport) inBubble() bool { return t != overTCP && t != overUnix && t != overTLS }

// connectStreams returns both ends of the program's transport with its faults. A Pipe
// is made by package websocket.
func (w *world) connectStreams() (ends [2]io.ReadWriteCloser, err error) {
	var raw [2]stream
	p := w.p
	switch p.Transport {
	case overTCP:
		raw, err = overSocket("tcp", "127.0.0.1:0")
	case overUnix:
		raw, err = overUnixSocket()
	case overTLS:
		raw, err = overTLSSocket()
	case overNetPipe:
		a, b := net.Pipe()
		raw = [2]stream{pipeStream{a}, pipeStream{b}}
	default:
		w.memory[server], w.memory[client] = newMemory(orPlenty(p.Faults.Room), p.Faults.Latency, holeOf(p.Faults))
		raw = [2]stream{w.memory[server], w.memory[client]}
	}
	if err != nil {
		return ends, err
	}
	for end, s := range raw {
		ends[end] = hide(p.Transport, wrap(s, p.Faults, end, p.Seed))
	}
	return ends, nil
}

func orPlenty(room int) int {
	if room == 0 {
		return 64 << 10
	}
	return room
}

func holeOf(f Faults) int {
	if f.Hole == 0 {
		return -1
	}
	return f.Hole
}

// hide takes from the stream what the transport is to lack.
func hide(t Transport, s stream) io.ReadWriteCloser {
	switch whole := s.(type) {
	case pipeStream: // which cannot half-close
		return whole.Conn
	}
	switch t {
	case overNetPipe:
		return withDeadlines{s, s, s}
	case overBare:
		return bare{s}
	case overRefused:
		return refusing{s}
	}
	return s
}

// bare has no deadlines and cannot half-close.
type bare struct{ io.ReadWriteCloser }

// withDeadlines cannot half-close.
type withDeadlines struct {
	io.ReadWriteCloser
	r interface{ SetReadDeadline(time.Time) error }
	w interface{ SetWriteDeadline(time.Time) error }
}

func (s withDeadlines) SetReadDeadline(at time.Time) error  { return s.r.SetReadDeadline(at) }
func (s withDeadlines) SetWriteDeadline(at time.Time) error { return s.w.SetWriteDeadline(at) }

// refusing has methods for deadlines that do nothing, as channels of SSH do.
type refusing struct{ io.ReadWriteCloser }

var errRefused = errors.New("chaos: this stream has no deadlines")

func (refusing) SetReadDeadline(time.Time) error  { return errRefused }
func (refusing) SetWriteDeadline(time.Time) error { return errRefused }

// pipeStream is an end of net.Pipe, for the wrapper.
type pipeStream struct{ net.Conn }

func (p pipeStream) CloseWrite() error { return p.Close() }

// overSocket connects two sockets.
func overSocket(network, address string) (ends [2]stream, err error) {
	l, err := net.Listen(network, address)
	if err != nil {
		return ends, err
	}
	defer l.Close()
	a, err := net.Dial(network, l.Addr().String())
	if err != nil {
		return ends, err
	}
	b, err := l.Accept()
	if err != nil {
		a.Close()
		return ends, err
	}
	return [2]stream{b.(stream), a.(stream)}, nil
}

func overUnixSocket() ([2]stream, error) {
	folder, err := os.MkdirTemp("", "chaos")
	if err != nil {
		return [2]stream{}, err
	}
	defer os.RemoveAll(folder)
	return overSocket("unix", filepath.Join(folder, "s"))
}

// overTLSSocket has shaken hands when it returns.
func overTLSSocket() (ends [2]stream, err error) {
	raw, err := overSocket("tcp", "127.0.0.1:0")
	if err != nil {
		return ends, err
	}
	s := tls.Server(raw[server].(net.Conn), &tls.Config{Certificates: []tls.Certificate{certificate()}})
	c := tls.Client(raw[client].(net.Conn), &tls.Config{InsecureSkipVerify: true})
	done := make(chan error, 1)
	go func() { done <- s.Handshake() }()
	err = errors.Join(c.Handshake(), <-done)
	return [2]stream{s, c}, err
}

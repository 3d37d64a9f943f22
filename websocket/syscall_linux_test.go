//go:build linux && !race && !msan && !asan

package websocket

import (
	"bytes"
	"context"
	"net"
	"syscall"
	"testing"
)

// Raw system calls and those of package syscall do the same: bytes, short writes, the end of the stream, no room,
// nothing there, and a descriptor that is closed.
func TestRawCallsDoAsPlainOnes(t *testing.T) {
	type call struct {
		n   int
		err error
	}
	steps := func(raw bool) (calls []call, got []byte) {
		rawCalls = raw
		defer func() { rawCalls = true }()
		fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer syscall.Close(fds[0])
		syscall.SetsockoptInt(fds[0], syscall.SOL_SOCKET, syscall.SO_SNDBUF, 8<<10)
		from, to := uintptr(fds[0]), uintptr(fds[1])
		read := func(n int) {
			p := make([]byte, n)
			m, err := readNow(to, p)
			calls = append(calls, call{m, err})
			got = append(got, p[:max(m, 0)]...)
		}
		write := func(a, b string) {
			var c call
			if b == "" {
				c.n, c.err = writeOne(from, []byte(a))
			} else {
				c.n, c.err = writeTwo(from, []byte(a), []byte(b))
			}
			calls = append(calls, c)
		}
		read(10)
		write("head", "")
		write("head", "tail")
		write("", "")
		read(5)
		read(0)
		read(100)
		big := string(bytes.Repeat([]byte("0123456789abcdef"), 1<<10))
		for range 8 {
			write(big, "")
		}
		for range 8 {
			read(1 << 20)
		}
		syscall.Shutdown(fds[0], syscall.SHUT_WR)
		read(10)
		syscall.Close(fds[1])
		write("to nobody", "")
		return calls, got
	}
	rawDid, rawGot := steps(true)
	plainDid, plainGot := steps(false)
	for i, did := range rawDid {
		if did != plainDid[i] {
			t.Errorf("call %d: raw %v, plain %v", i, did, plainDid[i])
		}
	}
	if !bytes.Equal(rawGot, plainGot) || len(rawGot) < 100 {
		t.Errorf("raw brought %d bytes, plain %d", len(rawGot), len(plainGot))
	}
}

// A raw call holds the processor, so it takes a chunk at most. Other calls take all there is.
func TestRawCallTakesAChunk(t *testing.T) {
	rawCalls = true
	defer func() { rawCalls = !sanitized }()
	if !isQuick(chunk) || isQuick(chunk+1) {
		t.Error("a raw call is for another size than a chunk")
	}
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fds[0])
	defer syscall.Close(fds[1])
	syscall.SetsockoptInt(fds[0], syscall.SOL_SOCKET, syscall.SO_SNDBUF, 1<<20)
	p := make([]byte, chunk+1000)
	if n, err := writeTwo(uintptr(fds[0]), p[:9], p[9:]); n != len(p) || err != nil {
		t.Errorf("%d bytes were written, %v", n, err)
	}
	if n, err := readNow(uintptr(fds[1]), p); n != len(p) || err != nil {
		t.Errorf("%d bytes were read, %v", n, err)
	}
}

// A Conn works the same by either.
func TestConnByPlainCalls(t *testing.T) {
	rawCalls = false
	defer func() { rawCalls = true }()
	echoOverSockets(t)
}

func TestConnByRawCalls(t *testing.T) { echoOverSockets(t) }

func echoOverSockets(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		a, err := l.Accept()
		if err != nil {
			return
		}
		s := NewConn(a, Server, Setup{}, Options{MaxMessage: 1 << 22})
		defer s.CloseNow()
		for m, err := range s.BorrowMessages(context.Background()) {
			if err != nil || s.Write(context.Background(), m.Type, m.Data) != nil {
				return
			}
		}
	}()
	b, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := NewConn(b, Client, Setup{}, Options{MaxMessage: 1 << 22})
	defer c.CloseNow()
	for _, n := range []int{0, 1, 4096, 4097, 16 << 10, 64 << 10, 70_000, 3 << 20} {
		p := bytes.Repeat([]byte{byte(n)}, n)
		go c.Write(context.Background(), Binary, p)
		if _, got, err := c.Read(context.Background()); err != nil || !bytes.Equal(got, p) {
			t.Fatalf("%d bytes for %d, %v", len(got), n, err)
		}
	}
	if err := c.Close(context.Background(), CloseNormal, ""); err != nil {
		t.Error(err)
	}
}

//go:build unix

package websocket_test

import (
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	. "github.com/seed372fb791/rfc6455/websocket"
)

// option returns the value of a socket's option.
func option(t testing.TB, socket syscall.Conn, level, name int) (value int) {
	t.Helper()
	raw, err := socket.SyscallConn()
	if err == nil {
		controlErr := raw.Control(func(fd uintptr) { value, err = syscall.GetsockoptInt(int(fd), level, name) })
		if err == nil {
			err = controlErr
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// lingers reports whether a socket has SO_LINGER. Its value are two integers; qemu-user writes both, however little room
// there is.
func lingers(t testing.TB, f *os.File) bool {
	t.Helper()
	value, err := syscall.GetsockoptIPMreq(int(f.Fd()), syscall.SOL_SOCKET, syscall.SO_LINGER) // as long as a struct linger
	if err != nil {
		t.Fatal(err)
	}
	return *value != syscall.IPMreq{}
}

// Reading in the body of a loop set options of the caller's socket, which another descriptor shared. Right is that a
// connection sets none.
func TestFaultReadInTheBodySetsOptionsOfTheSocket(t *testing.T) {
	for _, on := range []bool{false, true} {
		overEachLoop(t, func(t *testing.T, messages loop) {
			a, b := tcpPair(t)
			a.SetNoDelay(on)
			a.SetKeepAlive(on)
			options := func() [2]bool {
				return [2]bool{
					option(t, a, syscall.IPPROTO_TCP, syscall.TCP_NODELAY) != 0,
					option(t, a, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE) != 0,
				}
			}
			want := options()
			if want != [2]bool{on, on} {
				t.Fatalf("no options to be left alone: %v", want)
			}
			s, c := NewConn(a, Server, Setup{}, Options{}), NewConn(b, Client, Setup{}, Options{})
			defer s.CloseNow()
			defer c.CloseNow()
			go numberedTexts(c, 30)
			n := 0
			for _, err := range messages(s, aMinute(t)) {
				if err != nil {
					break
				}
				s.WriteText(background, "text")
				if n++; n < 28 {
					s.Read(background)
					n++
				}
				if got := options(); got != want {
					t.Fatalf("NODELAY and KEEPALIVE were %v and are %v", want, got)
				}
			}
			if n < 28 {
				t.Errorf("%d messages", n)
			}
		})
	}
}

// fill writes to a socket until its peer, who does not read, has no room for more.
func fill(t testing.TB, socket *net.TCPConn) {
	t.Helper()
	raw, err := socket.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	some := make([]byte, 64<<10)
	for full := 0; full < 1000; { // the kernel makes more room for a while
		raw.Control(func(fd uintptr) {
			if n, _ := syscall.Write(int(fd), some); n <= 0 {
				full++
			}
		})
	}
}

// CloseNow on a socket with SO_LINGER waited until the peer had read everything, or for the time that was set. Right is
// that it never waits: the socket is closed meanwhile, which Done tells, and the option is left alone.
func TestFaultCloseNowLingers(t *testing.T) {
	a, b := tcpPair(t)
	if err := a.SetLinger(600); err != nil {
		t.Fatal(err)
	}
	fill(t, a)
	s := NewConn(a, Server, Setup{}, Options{})
	closed := make(chan error, 1)
	go func() { closed <- s.CloseNow() }()
	if err := await(t, "CloseNow", closed); err != nil {
		t.Error(err)
	}
	select {
	case <-s.Done():
		t.Error("Done, though the kernel has yet to send: the option was changed, or Done does not wait")
	default:
	}
	closedHere(t, s.WriteText(background, "late"))
	if _, err := io.Copy(io.Discard, b); err != nil {
		t.Error(err)
	}
	await(t, "Done", s.Done())
	b.Close()
}

// The same when calls wait, and when the loss is found by a read.
func TestFaultCloseNowLingersBesideOthers(t *testing.T) {
	a, b := tcpPair(t)
	if err := a.SetLinger(600); err != nil {
		t.Fatal(err)
	}
	fill(t, a)
	s := NewConn(a, Server, Setup{}, Options{})
	read, written := make(chan error, 1), make(chan error, 1)
	go func() {
		_, _, err := s.Read(background)
		read <- err
	}()
	go func() { written <- s.Write(background, Binary, make([]byte, 1<<20)) }()
	closed := make(chan error, 1)
	go func() { closed <- s.CloseNow() }()
	if err := await(t, "CloseNow", closed); err != nil {
		t.Error(err)
	}
	closedHere(t, await(t, "Read", read))
	closedHere(t, await(t, "Write", written))
	if _, err := io.Copy(io.Discard, b); err != nil {
		t.Error(err)
	}
	await(t, "Done", s.Done())
	b.Close()
}

// The option is as the caller has set it, also behind the end of the connection.
func TestFaultLingerIsChanged(t *testing.T) {
	a, b := tcpPair(t)
	if err := a.SetLinger(3); err != nil {
		t.Fatal(err)
	}
	f, err := a.File() // another descriptor of the same socket
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := NewConn(a, Server, Setup{}, Options{})
	s.CloseNow()
	await(t, "Done", s.Done())
	if !lingers(t, f) {
		t.Error("the option is off")
	}
	b.Close()
}

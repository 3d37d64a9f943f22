package websocket_test

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/seed372fb791/rfc6455/websocket"
)

// slowOut is a stream out of which calls come a second after they were interrupted. It notes whether one was inside
// when it was closed.
type slowOut struct {
	io.ReadWriteCloser
	inside, atClose atomic.Int32
}

func (s *slowOut) call(f func([]byte) (int, error), p []byte) (int, error) {
	s.inside.Add(1)
	defer s.inside.Add(-1)
	n, err := f(p)
	if err != nil {
		time.Sleep(time.Second)
	}
	return n, err
}

func (s *slowOut) Read(p []byte) (int, error)  { return s.call(s.ReadWriteCloser.Read, p) }
func (s *slowOut) Write(p []byte) (int, error) { return s.call(s.ReadWriteCloser.Write, p) }

func (s *slowOut) Close() error {
	s.atClose.Store(s.inside.Load())
	return s.ReadWriteCloser.Close()
}

func (s *slowOut) SetReadDeadline(at time.Time) error {
	return s.ReadWriteCloser.(interface{ SetReadDeadline(time.Time) error }).SetReadDeadline(at)
}

func (s *slowOut) SetWriteDeadline(at time.Time) error {
	return s.ReadWriteCloser.(interface{ SetWriteDeadline(time.Time) error }).SetWriteDeadline(at)
}

// The transport is closed when those who are in calls of it have come out.
func TestTransportIsClosedWhenNobodyUsesIt(t *testing.T) {
	for name, use := range map[string]func(*Conn){
		"Read":  func(c *Conn) { c.Read(background) },
		"Write": func(c *Conn) { c.Write(background, Binary, make([]byte, 1<<20)) },
		"Close": func(c *Conn) { c.Close(background, CloseNormal, "") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, peer := StreamPair()
				stream := &slowOut{ReadWriteCloser: a}
				s := NewConn(stream, Server, Setup{}, Options{})
				used := make(chan struct{})
				go func() {
					use(s)
					close(used)
				}()
				synctest.Wait()
				s.CloseNow()
				<-s.Done()
				<-used
				if n := stream.atClose.Load(); n != 0 {
					t.Errorf("closed under %d calls", n)
				}
				peer.Close()
			})
		})
	}
}

// A call that nothing can interrupt is not waited for: closing the transport ends it.
func TestDoneDoesNotWaitForWhatCannotEnd(t *testing.T) {
	for name, wrap := range map[string]func(io.ReadWriteCloser) io.ReadWriteCloser{
		"no deadline for writing": func(s io.ReadWriteCloser) io.ReadWriteCloser { return layer{s} },
		"no deadlines":            func(s io.ReadWriteCloser) io.ReadWriteCloser { return struct{ io.ReadWriteCloser }{s} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, peer := StreamPair()
				s := NewConn(wrap(a), Server, Setup{}, Options{})
				written := make(chan error, 1)
				go func() { written <- s.Write(background, Binary, make([]byte, 1<<20)) }()
				synctest.Wait()
				start := time.Now()
				s.CloseNow()
				<-s.Done()
				if took := time.Since(start); took != 0 {
					t.Error(took)
				}
				closedHere(t, await(t, "Write", written))
				peer.Close()
			})
		})
	}
}

// polite is a layer over a socket that tells its peer before it closes, and waits until that is done.
type polite struct {
	*layered
	told chan struct{}
}

func (p polite) Close() error { <-p.told; return p.layered.Close() }

// CloseNow closes the socket under a layer, which might wait for the peer.
func TestCloseNowOfALayer(t *testing.T) {
	socket, peer := net.Pipe()
	s := NewConn(polite{&layered{Conn: socket}, make(chan struct{})}, Server, Setup{}, Options{})
	s.CloseNow()
	await(t, "Done", s.Done())
	peer.Close()
}

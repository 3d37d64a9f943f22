package server_test

import (
	"bytes"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
)

// recorder keeps what is read and written.
type recorder struct {
	net.Conn
	mu          sync.Mutex
	read, wrote bytes.Buffer
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.read.Write(p[:n])
	return n, err
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	r.wrote.Write(p)
	r.mu.Unlock()
	return r.Conn.Write(p)
}

// has reports whether what was read ends with read, and whether after the answer
// to the request wrote was written.
func (r *recorder) has(read, wrote string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	head, frames, _ := bytes.Cut(r.wrote.Bytes(), []byte("\r\n\r\n"))
	return r.read.String() == read && bytes.HasPrefix(head, []byte("HTTP/1.1 101 ")) && string(frames) == wrote
}

// All that a connection reads and writes goes through what Transport returns.
func TestTransport(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		var paths []string
		var r recorder
		s := server.Handler(echo, &server.Options{Transport: func(req *http.Request, nc net.Conn) net.Conn {
			paths = append(paths, req.URL.Path)
			r.Conn = nc
			return &r
		}})
		p := w.start(t, s).connect(t)
		hello := frame(protocol.OpText, "Hello")
		p.say(hello)
		p.wantFrame(protocol.OpText, "Hello")
		if len(paths) != 1 || !r.has(hello, "\x81\x05Hello") {
			t.Errorf("Transport was called for %q; read %q, wrote %q", paths, r.read.Bytes(), r.wrote.Bytes())
		}
	})
}

package demo

import (
	"net"
	"net/http"
	"sync"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Listen returns l with connections that a room can watch, down to the bytes: for server.Server.Serve. Transport goes
// with it.
func (d *Demo) Listen(l net.Listener) net.Listener { return tapped{l} }

// Transport is for server.Server.Transport. Of connections that no room watches nothing is left in the way.
func (d *Demo) Transport(r *http.Request, nc net.Conn) net.Conn {
	t, ok := nc.(*tap)
	if !ok {
		return nc
	}
	for _, room := range d.rooms {
		if room.watch != nil && r.URL.Path == "/ws/"+room.Path && room.watch(r, t) {
			return t
		}
	}
	t.open(nil)
	return t.Conn
}

// tapped is a listener whose connections are taps.
type tapped struct{ net.Listener }

func (l tapped) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &tap{Conn: nc, undecided: true}, nil
}

// tap is a connection of which a watcher sees every byte. Whether there is one turns out with the request, so until then
// the tap keeps what it reads.
type tap struct {
	net.Conn
	mu        sync.Mutex
	undecided bool
	kept      []byte
	watcher   watcher // nil if there is none
}

// watcher is told what passes a tap, in order.
type watcher interface {
	passed(from websocket.Role, b []byte)
	ended()
}

// mostKept is more than server.Options.MaxHeaderBytes, so that no request is lost.
const mostKept = 32 << 10

// open ends the waiting: w, which may be nil, sees what has been read and all that comes.
func (t *tap) open(w watcher) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if w != nil {
		w.passed(websocket.Client, t.kept)
	}
	t.undecided, t.kept, t.watcher = false, nil, w
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	t.pass(websocket.Client, p[:n])
	return n, err
}

func (t *tap) Write(p []byte) (int, error) {
	t.pass(websocket.Server, p) // first, or the answer might be seen before it
	return t.Conn.Write(p)
}

func (t *tap) pass(from websocket.Role, p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.watcher != nil {
		t.watcher.passed(from, p)
	} else if t.undecided && len(t.kept) < mostKept {
		t.kept = append(t.kept, p...)
	}
}

// CloseWrite is there for servers that close a connection with care (section 7.1.1).
func (t *tap) CloseWrite() error {
	if half, ok := t.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return net.ErrClosed
}

func (t *tap) Close() error {
	err := t.Conn.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.watcher != nil {
		t.watcher.ended()
		t.watcher = nil
	}
	return err
}

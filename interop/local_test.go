package interop

import (
	"errors"
	"net/http"
	"sync"

	"github.com/seed372fb791/rfc6455/websocket"
)

// local is what peers in this process have in common. C is their type of
// connection.
type local[C any] struct {
	*peer
	mu    sync.Mutex
	conn  C // the current connection
	conns int
	// closing is the last connection that the peer was told to close.
	closing int
}

func newLocal[C any]() *local[C] { return &local[C]{peer: newPeer(everything)} }

// extensions returns those of a response.
func extensions(r *http.Response) string { return r.Header.Get("Sec-WebSocket-Extensions") }

var errUnknownCommand = errors.New("unknown command")

// opened makes conn the current connection and returns its number.
func (l *local[C]) opened(conn C, subprotocol, extensions string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	l.conns++
	l.events <- event{Event: "open", Conn: l.conns, Subprotocol: subprotocol, Extensions: extensions}
	return l.conns
}

// current returns the current connection and its number.
func (l *local[C]) current() (C, int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn, l.conns
}

// willClose notes that the outcome of Close will say how connection n ends,
// and reading need not.
func (l *local[C]) willClose(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closing = n
}

// closed tells what came of Close.
func (l *local[C]) closed(n, code int, err error) {
	if err != nil {
		l.events <- event{Event: "close", Conn: n, Code: int(websocket.CloseAbnormal), Reason: err.Error()}
		return
	}
	l.events <- event{Event: "close", Conn: n, Code: code, Clean: true}
}

// ended tells how a connection ended for its reader.
func (l *local[C]) ended(n, code int, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing != n {
		clean := code != int(websocket.CloseAbnormal)
		l.events <- event{Event: "close", Conn: n, Code: code, Reason: reason, Clean: clean}
	}
}

func (l *local[C]) received(n int, typ string, data []byte) {
	l.events <- event{Event: "message", Conn: n, Type: typ, Data: data}
}

func (l *local[C]) ponged(n int, data []byte) {
	l.events <- event{Event: "pong", Conn: n, Data: data}
}

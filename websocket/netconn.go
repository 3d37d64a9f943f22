package websocket

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// NetConn returns c as a net.Conn, for programs that tunnel a stream of bytes
// through WebSocket messages. Each Write is a message of type typ, or several of
// them of 64 KiB, since the peer bounds their size; Read delivers the payload of the
// messages of the peer without their borders, and io.EOF after a Close frame with
// code 1000 or 1001. A message of the other type closes the connection with code
// 1003. Close closes c with code 1000; Read and Write that wait then, or come after
// it or one of c, return net.ErrClosed itself, as those of a net.Conn do.
//
// ctx ends all calls. Deadlines work, and a call that one has ended loses no
// byte. c must not be read otherwise.
func (c *Conn) NetConn(ctx context.Context, typ Type) net.Conn {
	n := &netConn{c: c, typ: typ}
	n.reading.init(ctx)
	n.writing.init(ctx)
	return n
}

type netConn struct {
	c                *Conn
	typ              Type
	reading, writing deadline

	mu      sync.Mutex // of Read
	message *MessageReader

	order sync.Mutex // of Write
}

// Read reads the payload of the peer's messages.
func (n *netConn) Read(p []byte) (read int, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	err = n.reading.do(func(ctx context.Context) (done bool, err error) {
		for read == 0 && err == nil {
			read, err = n.read(ctx, p)
		}
		return false, err
	})
	switch code := CloseStatus(err); {
	case errors.Is(err, net.ErrClosed):
		err = net.ErrClosed
	case code == CloseNormal || code == CloseGoingAway:
		err = io.EOF
	}
	return read, err
}

// read reads from the current message or goes on to the next one.
func (n *netConn) read(ctx context.Context, p []byte) (int, error) {
	if n.message == nil {
		typ, r, err := n.c.Reader(ctx)
		if err != nil {
			return 0, err
		}
		if typ != n.typ { //rfc:6455-7.4.1-5
			n.c.Close(ctx, CloseUnsupportedData, "")
			return 0, &ProtocolError{Code: CloseUnsupportedData, Rule: "6455-7.4.1-5", Text: "a " + typ.String() + " message where none is expected"}
		}
		n.message = r
	}
	n.message.SetContext(ctx)
	read, err := n.message.Read(p)
	if err == io.EOF {
		n.message, err = nil, nil
	}
	return read, err
}

// Write sends p as a message, or as several.
func (n *netConn) Write(p []byte) (sent int, err error) {
	n.order.Lock()
	defer n.order.Unlock()
	for {
		m, err := n.write(p[sent:min(len(p), sent+bigBuffer)])
		if sent += m; sent == len(p) || err != nil {
			return sent, err
		}
	}
}

func (n *netConn) write(p []byte) (int, error) {
	sent := 0
	err := n.writing.do(func(ctx context.Context) (bool, error) {
		placed, err := n.c.send(ctx, &outgoing{typ: n.typ, fin: true, data: p})
		if placed {
			sent = len(p)
		}
		return placed, err
	})
	if errors.Is(err, net.ErrClosed) {
		err = net.ErrClosed
	}
	return sent, err
}

// Close ends the calls that wait, and closes the connection with the closing
// handshake.
func (n *netConn) Close() error {
	n.reading.end()
	n.writing.end()
	n.leave()
	return n.c.Close(context.Background(), CloseNormal, "")
}

// leave gives up what is left of a message, so that Close need not keep it.
func (n *netConn) leave() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.message == nil || n.c.startRead(context.Background()) != nil {
		return
	}
	n.c.skipReader()
	n.message = nil
	n.c.stopRead(0)
}

// LocalAddr returns the address of the transport's near end.
func (n *netConn) LocalAddr() net.Addr { return n.c.LocalAddr() }

// RemoteAddr returns the address of the transport's far end.
func (n *netConn) RemoteAddr() net.Addr { return n.c.RemoteAddr() }

// SetDeadline sets both deadlines.
func (n *netConn) SetDeadline(at time.Time) error {
	n.reading.set(at)
	n.writing.set(at)
	return nil
}

// SetReadDeadline bounds Read, also one under way.
func (n *netConn) SetReadDeadline(at time.Time) error {
	n.reading.set(at)
	return nil
}

// SetWriteDeadline bounds Write, also one under way.
func (n *netConn) SetWriteDeadline(at time.Time) error {
	n.writing.set(at)
	return nil
}

// deadline is a deadline that can be changed while a call waits for it, made
// of contexts.
type deadline struct {
	parent context.Context
	mu     sync.Mutex
	ctx    context.Context
	cancel context.CancelFunc
	over   bool // the connection was closed
}

func (d *deadline) init(parent context.Context) {
	d.parent = parent
	d.ctx, d.cancel = context.WithCancel(parent)
}

// set replaces the deadline; there is none if at is zero.
func (d *deadline) set(at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		return
	}
	d.cancel()
	if at.IsZero() {
		d.ctx, d.cancel = context.WithCancel(d.parent)
	} else {
		d.ctx, d.cancel = context.WithDeadline(d.parent, at)
	}
}

// end lets the context go: the connection is closed.
func (d *deadline) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = true
	d.cancel()
}

// current returns the context of now, and whether the connection was closed.
func (d *deadline) current() (ctx context.Context, over bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ctx, d.over
}

// do calls f until it is not the change of the deadline that has ended it. done
// says that f must not be called again.
func (d *deadline) do(f func(context.Context) (done bool, err error)) error {
	for {
		ctx, over := d.current()
		if over {
			return net.ErrClosed
		}
		done, err := f(ctx)
		switch {
		case err == nil || ctx.Err() == nil || d.parent.Err() != nil:
			return err
		case errors.Is(err, context.DeadlineExceeded):
			return os.ErrDeadlineExceeded
		case !errors.Is(err, context.Canceled):
			return err
		case done:
			return nil
		}
	}
}

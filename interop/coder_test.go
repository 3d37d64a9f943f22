package interop

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/seed372fb791/rfc6455/handshake"
)

// coder is coder/websocket as a peer.
type coder struct {
	*local[*websocket.Conn]
	ctx context.Context
}

func newCoder(t *testing.T) coder {
	p := coder{newLocal[*websocket.Conn](), t.Context()}
	p.do = p.obey
	return p
}

func (p coder) obey(c command) error {
	conn, n := p.current()
	switch c.Do {
	case "dial":
		return p.dial(c)
	case "send":
		return p.send(conn, c)
	case "ping":
		go p.ping(conn, n, c.Data)
	case "close":
		p.willClose(n)
		go p.close(conn, n, c)
	case "terminate":
		return conn.CloseNow()
	default:
		return errUnknownCommand
	}
	return nil
}

func (p coder) dial(c command) error {
	conn, response, err := websocket.Dial(p.ctx, c.URL, &websocket.DialOptions{
		Subprotocols:         c.Subprotocols,
		CompressionMode:      coderMode(c.Deflate),
		CompressionThreshold: 1,
		HTTPClient: &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // self-signed
		}},
	})
	if err == nil {
		p.start(conn, extensions(response))
	}
	return err
}

// coderMode is what coder has for the parameters. It knows no others than those
// of context takeover, and those only both or none.
func coderMode(d *handshake.Deflate) websocket.CompressionMode {
	switch {
	case d == nil:
		return websocket.CompressionDisabled
	case d.ServerNoContextTakeover:
		return websocket.CompressionNoContextTakeover
	}
	return websocket.CompressionContextTakeover
}

func (p coder) send(conn *websocket.Conn, c command) error {
	typ := websocket.MessageText
	if c.Type == "binary" {
		typ = websocket.MessageBinary
	}
	if len(c.Pieces) == 1 {
		return conn.Write(p.ctx, typ, c.Pieces[0])
	}
	w, err := conn.Writer(p.ctx, typ)
	if err != nil {
		return err
	}
	for i, piece := range c.Pieces {
		if _, err := w.Write(piece); err != nil {
			return err
		}
		if i == 0 && c.Ping != nil {
			_, n := p.current()
			p.ping(conn, n, c.Ping)
		}
	}
	return w.Close()
}

// ping waits for the pong; coder chooses the application data itself.
func (p coder) ping(conn *websocket.Conn, n int, data []byte) {
	if conn.Ping(p.ctx) == nil {
		p.ponged(n, data)
	}
}

// close returns nil if the peer has answered with the same code.
func (p coder) close(conn *websocket.Conn, n int, c command) {
	code := c.Code
	if code == 0 {
		code = int(websocket.StatusNoStatusRcvd)
	}
	p.closed(n, code, conn.Close(websocket.StatusCode(code), c.Reason))
}

// start makes conn the current connection and has it read.
func (p coder) start(conn *websocket.Conn, extensions string) {
	conn.SetReadLimit(-1)
	n := p.opened(conn, conn.Subprotocol(), extensions)
	go p.read(conn, n)
}

func (p coder) read(conn *websocket.Conn, n int) {
	for {
		typ, data, err := conn.Read(p.ctx)
		var closed websocket.CloseError
		switch {
		case errors.As(err, &closed):
			p.ended(n, int(closed.Code), closed.Reason)
			return
		case err != nil:
			p.ended(n, int(websocket.StatusAbnormalClosure), err.Error())
			return
		case typ == websocket.MessageText:
			p.received(n, "text", data)
		default:
			p.received(n, "binary", data)
		}
	}
}

// coderServer returns a server that makes its connections the peer's.
func coderServer(t *testing.T, d *handshake.Deflate) (url string, them *peer) {
	p := newCoder(t)
	o := &websocket.AcceptOptions{
		Subprotocols:         []string{"chat"},
		CompressionMode:      coderMode(d),
		CompressionThreshold: 1,
	}
	hs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if conn, err := websocket.Accept(w, r, o); err == nil {
			p.start(conn, "")
		}
	}))
	t.Cleanup(hs.Close)
	return "ws" + strings.TrimPrefix(hs.URL, "http"), p.peer
}

func TestCoderClient(t *testing.T) {
	testOurServers(t, func(t *testing.T) *peer { return newCoder(t).peer }, alone(freely), takeover(freely))
}

func TestCoderServer(t *testing.T) {
	testTheirServers(t, coderServer, alone(freely), alone(noWindows), takeover(freely))
}

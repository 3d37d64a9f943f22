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
	conn, _, err := websocket.Dial(p.ctx, c.URL, &websocket.DialOptions{
		Subprotocols: c.Subprotocols,
		HTTPClient: &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // self-signed
		}},
	})
	if err == nil {
		p.start(conn)
	}
	return err
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
	for _, piece := range c.Pieces {
		if _, err := w.Write(piece); err != nil {
			return err
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
func (p coder) start(conn *websocket.Conn) {
	conn.SetReadLimit(-1)
	n := p.opened(conn, conn.Subprotocol())
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

func TestCoderClient(t *testing.T) {
	testOurServers(t, func(t *testing.T) *peer { return newCoder(t).peer })
}

func TestCoderServer(t *testing.T) {
	p := newCoder(t)
	hs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o := &websocket.AcceptOptions{Subprotocols: []string{"chat"}}
		if conn, err := websocket.Accept(w, r, o); err == nil {
			p.start(conn)
		}
	}))
	defer hs.Close()
	testScenarios(t, toThem("ws"+strings.TrimPrefix(hs.URL, "http"), p.peer))
}

package interop

import (
	"context"
	"crypto/tls"
	"errors"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// ours is our own client in the place of a peer.
type ours struct {
	*local[*websocket.Conn]
	ctx context.Context
}

func newOurs(t *testing.T) ours {
	o := ours{newLocal[*websocket.Conn](), t.Context()}
	o.do = o.obey
	return o
}

func (o ours) obey(c command) error {
	conn, n := o.current()
	switch c.Do {
	case "dial":
		return o.dial(c)
	case "send":
		return o.send(conn, c)
	case "ping":
		go o.ping(conn, n, c.Data)
	case "close":
		o.willClose(n)
		go o.close(conn, n, c)
	case "terminate":
		return conn.CloseNow()
	default:
		return errUnknownCommand
	}
	return nil
}

func (o ours) dial(c command) error {
	conn, response, err := client.Dial(o.ctx, c.URL, &client.Options{
		Subprotocols: c.Subprotocols,
		Compression:  wishes(c.Deflate),
		Proxy:        client.NoProxy,
		TLSConfig:    &tls.Config{InsecureSkipVerify: true}, // self-signed
	})
	if err == nil {
		go o.read(conn, o.opened(conn, conn.Subprotocol(), extensions(response)))
	}
	return err
}

// wishes are our client's options for an offer.
func wishes(d *handshake.Deflate) websocket.Compression {
	if d == nil {
		return websocket.Compression{}
	}
	c := freely
	if d.ClientNoContextTakeover {
		c = noWindows
	}
	c.WindowBits, c.PeerWindowBits = d.ClientMaxWindowBits, d.ServerMaxWindowBits
	return c
}

func (o ours) send(conn *websocket.Conn, c command) error {
	typ := websocket.Text
	if c.Type == "binary" {
		typ = websocket.Binary
	}
	if len(c.Pieces) == 1 {
		return conn.Write(o.ctx, typ, c.Pieces[0])
	}
	w, err := conn.Writer(o.ctx, typ)
	if err != nil {
		return err
	}
	for i, piece := range c.Pieces {
		if _, err := w.Write(piece); err != nil {
			return err
		}
		if i == 0 && c.Ping != nil {
			_, n := o.current()
			o.ping(conn, n, c.Ping)
		}
	}
	return w.Close()
}

// ping waits for the pong.
func (o ours) ping(conn *websocket.Conn, n int, data []byte) {
	if _, err := conn.Ping(o.ctx, data); err == nil {
		o.ponged(n, data)
	}
}

func (o ours) close(conn *websocket.Conn, n int, c command) {
	code := websocket.CloseCode(c.Code)
	if code == 0 {
		code = websocket.CloseNoStatus
	}
	o.closed(n, int(code), conn.Close(o.ctx, code, c.Reason))
}

func (o ours) read(conn *websocket.Conn, n int) {
	defer conn.CloseNow() // as programs do; it must not keep the answer to a Close from the peer
	for {
		typ, data, err := conn.Read(o.ctx)
		var closed *websocket.CloseError
		switch {
		case errors.As(err, &closed):
			o.ended(n, int(closed.Code), closed.Reason)
			return
		case err != nil:
			o.ended(n, int(websocket.CloseAbnormal), err.Error())
			return
		}
		o.received(n, typ.String(), data)
	}
}

func TestOurClient(t *testing.T) {
	bounds := &handshake.Deflate{ServerMaxWindowBits: 11, ClientMaxWindowBits: 12}
	testOurServers(t, func(t *testing.T) *peer { return newOurs(t).peer },
		alone(freely), takeover(freely), agreement{freely, bounds, bounds})
}

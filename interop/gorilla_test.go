package interop

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/seed372fb791/rfc6455/handshake"
)

// gorilla is gorilla/websocket as a peer.
type gorilla struct{ *local[*websocket.Conn] }

func newGorilla() gorilla {
	g := gorilla{newLocal[*websocket.Conn]()}
	g.do = g.obey
	return g
}

func (g gorilla) obey(c command) error {
	conn, _ := g.current()
	soon := time.Now().Add(patience)
	switch c.Do {
	case "dial":
		return g.dial(c)
	case "send":
		return g.send(conn, c)
	case "ping":
		return conn.WriteControl(websocket.PingMessage, c.Data, soon)
	case "close":
		code := c.Code
		if code == 0 {
			code = websocket.CloseNoStatusReceived
		}
		return conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, c.Reason), soon)
	case "terminate":
		return conn.Close()
	}
	return errUnknownCommand
}

func (g gorilla) dial(c command) error {
	d := websocket.Dialer{
		Subprotocols:     c.Subprotocols,
		HandshakeTimeout: patience,
		// It offers both parameters of context takeover, whatever we say, and no other.
		EnableCompression: c.Deflate != nil,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, // self-signed
	}
	conn, response, err := d.Dial(c.URL, nil)
	if err == nil {
		g.start(conn, extensions(response))
	}
	return err
}

// send sends pieces in frames, about one each: gorilla says no more.
func (g gorilla) send(conn *websocket.Conn, c command) error {
	typ := websocket.TextMessage
	if c.Type == "binary" {
		typ = websocket.BinaryMessage
	}
	if len(c.Pieces) == 1 {
		return conn.WriteMessage(typ, c.Pieces[0])
	}
	w, err := conn.NextWriter(typ)
	if err != nil {
		return err
	}
	for i, piece := range c.Pieces {
		if _, err := w.Write(piece); err != nil {
			return err
		}
		if i == 0 && c.Ping != nil {
			if err := conn.WriteControl(websocket.PingMessage, c.Ping, time.Now().Add(patience)); err != nil {
				return err
			}
		}
	}
	return w.Close()
}

// start makes conn the current connection and has it read.
func (g gorilla) start(conn *websocket.Conn, extensions string) {
	n := g.opened(conn, conn.Subprotocol(), extensions)
	conn.SetPongHandler(func(data string) error {
		g.ponged(n, []byte(data))
		return nil
	})
	go g.read(conn, n)
}

func (g gorilla) read(conn *websocket.Conn, n int) {
	defer conn.Close()
	for {
		typ, data, err := conn.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case errors.As(err, &closed):
			g.ended(n, closed.Code, closed.Text)
			return
		case err != nil:
			g.ended(n, websocket.CloseAbnormalClosure, err.Error())
			return
		case typ == websocket.TextMessage:
			g.received(n, "text", data)
		default:
			g.received(n, "binary", data)
		}
	}
}

// gorillaServer returns a server that makes its connections the peer's.
func gorillaServer(t *testing.T, d *handshake.Deflate) (url string, them *peer) {
	g := newGorilla()
	upgrader := websocket.Upgrader{Subprotocols: []string{"chat"}, EnableCompression: d != nil}
	hs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if conn, err := upgrader.Upgrade(w, r, nil); err == nil {
			g.start(conn, "")
		}
	}))
	t.Cleanup(hs.Close)
	return "ws" + strings.TrimPrefix(hs.URL, "http"), g.peer
}

func TestGorillaClient(t *testing.T) {
	testOurServers(t, func(*testing.T) *peer { return newGorilla().peer }, alone(freely), alone(noWindows))
}

func TestGorillaServer(t *testing.T) {
	testTheirServers(t, gorillaServer, alone(freely), alone(noWindows))
}

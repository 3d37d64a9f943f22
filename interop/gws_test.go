package interop

import (
	"cmp"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/lxzan/gws"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// lxzan is gws as a peer. It writes messages in one frame each, closes TCP
// right behind a Close frame, and answers one with the code 1000 instead of a
// registered code.
type lxzan struct {
	*local[*gws.Conn]
	gws.BuiltinEventHandler
}

func newGWS() lxzan {
	p := lxzan{local: newLocal[*gws.Conn]()}
	p.can = abilities{ping: true, terminate: true}
	p.do = p.obey
	return p
}

func (p lxzan) obey(c command) error {
	conn, _ := p.current()
	switch c.Do {
	case "dial":
		return p.dial(c)
	case "send":
		opcode := gws.OpcodeText
		if c.Type == "binary" {
			opcode = gws.OpcodeBinary
		}
		return conn.WriteMessage(opcode, c.Pieces[0])
	case "ping":
		return conn.WritePing(c.Data)
	case "terminate":
		return conn.NetConn().Close()
	}
	return errUnknownCommand
}

func (p lxzan) dial(c command) error {
	o := &gws.ClientOption{
		Addr:              c.URL,
		PermessageDeflate: gwsDeflate(c.Deflate),
		TlsConfig:         &tls.Config{InsecureSkipVerify: true}, // self-signed
		Logger:            silent{},
	}
	if c.Subprotocols != nil {
		o.RequestHeader = http.Header{"Sec-Websocket-Protocol": {strings.Join(c.Subprotocols, ", ")}}
	}
	conn, response, err := gws.NewClient(p, o)
	if err == nil {
		p.start(conn, extensions(response))
	}
	return err
}

// gwsDeflate is what gws has for the parameters.
func gwsDeflate(d *handshake.Deflate) (o gws.PermessageDeflate) {
	if d != nil {
		o.Enabled, o.Threshold = true, 1
		o.ServerContextTakeover, o.ClientContextTakeover = !d.ServerNoContextTakeover, !d.ClientNoContextTakeover
		o.ServerMaxWindowBits, o.ClientMaxWindowBits = cmp.Or(d.ServerMaxWindowBits, 15), cmp.Or(d.ClientMaxWindowBits, 15)
	}
	return o
}

// start makes conn the current connection and has it read. Its number goes with
// it.
func (p lxzan) start(conn *gws.Conn, extensions string) {
	conn.Session().Store("conn", p.opened(conn, conn.SubProtocol(), extensions))
	go conn.ReadLoop()
}

func number(conn *gws.Conn) int {
	n, _ := conn.Session().Load("conn")
	return n.(int)
}

func (p lxzan) OnPing(conn *gws.Conn, data []byte) { conn.WritePong(data) }

func (p lxzan) OnPong(conn *gws.Conn, data []byte) {
	p.ponged(number(conn), append([]byte(nil), data...))
}

func (p lxzan) OnMessage(conn *gws.Conn, m *gws.Message) {
	defer m.Close() // gives the memory back
	typ := "text"
	if m.Opcode == gws.OpcodeBinary {
		typ = "binary"
	}
	p.received(number(conn), typ, append([]byte(nil), m.Bytes()...))
}

func (p lxzan) OnClose(conn *gws.Conn, err error) {
	var closed *gws.CloseError
	if errors.As(err, &closed) {
		p.ended(number(conn), int(closed.Code), string(closed.Reason))
	} else {
		p.ended(number(conn), int(websocket.CloseAbnormal), err.Error())
	}
}

// silent keeps gws from printing.
type silent struct{}

func (silent) Error(...any) {}

// gwsServer returns a server that makes its connections the peer's.
func gwsServer(t *testing.T, d *handshake.Deflate) (url string, them *peer) {
	p := newGWS()
	o := gws.ServerOption{PermessageDeflate: gwsDeflate(d), Logger: silent{}}
	without := o
	plain := gws.NewUpgrader(p, &without)
	o.SubProtocols = []string{"chat"}
	chat := gws.NewUpgrader(p, &o) // refuses who does not offer it
	hs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		upgrader := plain
		if r.Header.Get("Sec-WebSocket-Protocol") != "" {
			upgrader = chat
		}
		if conn, err := upgrader.Upgrade(w, r); err == nil {
			p.start(conn, "")
		}
	}))
	t.Cleanup(hs.Close)
	return "ws" + strings.TrimPrefix(hs.URL, "http"), p.peer
}

// gwsDemands are the agreements that gws has words for: it takes 15 bits for no
// parameter.
func gwsDemands() []agreement {
	return slices.DeleteFunc(theyDemand(), func(a agreement) bool { return a.theirs.ServerMaxWindowBits == 15 })
}

func TestGWSClient(t *testing.T) {
	testOurServers(t, func(*testing.T) *peer { return newGWS().peer }, gwsDemands()...)
}

func TestGWSServer(t *testing.T) {
	testTheirServers(t, gwsServer, gwsDemands()...)
}

// TestGWSPong is what becomes of context takeover with gws v1.9.1 when it has
// answered a Ping: it takes the Pong into the window of its compressor, which
// the peer's window, rightly, never sees. The next message refers to the wrong
// bytes. When this fails gws has the ability for all scenarios.
func TestGWSPong(t *testing.T) {
	url, them := gwsServer(t, new(handshake.Deflate))
	p := toThem(url, them, takeover(freely))
	us, _ := p.open(t, nil)
	l := &link{t, us, them, p.frames, p.role, p.agreed}
	l.receive(websocket.Text, record(0))
	l.whileReading(func() {
		if _, err := us.Ping(soon(t), nil); err != nil {
			t.Error(err)
		}
	})
	l.them.tell(t, command{Do: "send", Type: "text", Pieces: [][]byte{record(0)}})
	if _, got, err := us.Read(soon(t)); err == nil && string(got) == string(record(0)) {
		t.Error("the message after a Pong is right")
	} else {
		t.Logf("the message after a Pong: %q, %v", got, err)
	}
}

// TestServersThatIgnoreABound is about servers that accept an offer with
// server_max_window_bits without it, or with more bits, which section 7.1.2.1
// forbids. Our client cannot know what window it would need, and fails the
// connection.
func TestServersThatIgnoreABound(t *testing.T) {
	for name, newServer := range map[string]func(*testing.T, *handshake.Deflate) (string, *peer){
		"gorilla": gorillaServer,
		"gws":     gwsServer,
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := newServer(t, new(handshake.Deflate))
			conn, _, err := client.Dial(soon(t), url, &client.Options{Compression: bounded, Proxy: client.NoProxy})
			if err == nil {
				conn.CloseNow()
			}
			var wrong *handshake.Error
			if !errors.As(err, &wrong) || wrong.Rule != "7692-7.1.2.1-6" {
				t.Errorf("Dial: %v, want the server's response to break 7692-7.1.2.1-6", err)
			}
		})
	}
}

// TestServerThatDeclinesABound is coder, which cannot bound its window and says
// so by not accepting.
func TestServerThatDeclinesABound(t *testing.T) {
	url, them := coderServer(t, new(handshake.Deflate))
	testScenarios(t, toThem(url, them, agreement{ours: bounded}))
}

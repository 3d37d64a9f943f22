package peers

import (
	"net"

	"github.com/lxzan/gws"

	"github.com/seed372fb791/rfc6455/websocket"
)

// lxzan has gws's own server, without net/http's. Messages of a connection are
// handled one at a time, which is the default and the fastest; checking text
// is turned on.
var lxzan = Peer{
	Name: "gws", Title: "lxzan/gws", Module: "github.com/lxzan/gws", UTF8: onRequest,
	Serve: func(l net.Listener, c websocket.Compression) error {
		takeover := c.Mode == websocket.ContextTakeover
		s := gws.NewServer(gwsEcho{}, &gws.ServerOption{CheckUtf8Enabled: true, PermessageDeflate: gws.PermessageDeflate{
			Enabled:               c.Mode != websocket.NoCompression,
			ServerContextTakeover: takeover,
			ClientContextTakeover: takeover,
			ServerMaxWindowBits:   c.WindowBits,
			ClientMaxWindowBits:   c.PeerWindowBits,
		}})
		s.OnError = func(net.Conn, error) {}
		return s.RunListener(l)
	},
	Broadcast: relayGws,
}

type gwsEcho struct{ gws.BuiltinEventHandler }

func (gwsEcho) OnPing(c *gws.Conn, data []byte) { c.WritePong(data) }

func (gwsEcho) OnMessage(c *gws.Conn, m *gws.Message) {
	defer m.Close() // gives the memory back
	c.WriteMessage(m.Opcode, m.Bytes())
}

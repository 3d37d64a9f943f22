package peers

import (
	"context"
	"net"
	"net/http"

	"github.com/coder/websocket"

	"github.com/seed372fb791/rfc6455/protocol"
)

// coder reads with Reader: Read takes new memory for every message. Its limit
// of 32 KiB for a message is raised. A context that never ends costs it
// nothing. It does not check text. Its windows have 15 bits.
var coder = Peer{
	Name: "coder", Title: "coder/websocket", Module: "github.com/coder/websocket", UTF8: never,
	Serve: func(l net.Listener, c protocol.Compression) error {
		options := websocket.AcceptOptions{CompressionMode: coderModes[c.Mode]}
		return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c, err := websocket.Accept(w, r, &options); err == nil {
				echoCoder(c)
			}
		}))
	},
	Broadcast: relayCoder,
}

var coderModes = map[protocol.CompressionMode]websocket.CompressionMode{
	protocol.NoContextTakeover: websocket.CompressionNoContextTakeover,
	protocol.ContextTakeover:   websocket.CompressionContextTakeover,
}

func echoCoder(c *websocket.Conn) {
	defer c.CloseNow()
	c.SetReadLimit(maxMessage)
	ctx := context.Background()
	var buf []byte
	for {
		typ, r, err := c.Reader(ctx)
		if err != nil {
			return
		}
		if buf, err = readAll(buf[:0], r); err != nil {
			return
		}
		if err := c.Write(ctx, typ, buf); err != nil {
			return
		}
	}
}

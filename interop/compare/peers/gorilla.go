package peers

import (
	"net"
	"net/http"

	"github.com/gorilla/websocket"

	"github.com/seed372fb791/rfc6455/protocol"
)

// gorilla uses the buffers of net/http again, which is its default, and reads
// with NextReader: ReadMessage takes new memory for every message. It leaves
// checking text to the program. It compresses without context takeover only.
var gorilla = Peer{
	Name: "gorilla", Title: "gorilla/websocket", Module: "github.com/gorilla/websocket", UTF8: never,
	Serve: func(l net.Listener, c protocol.Compression) error {
		u := websocket.Upgrader{EnableCompression: c.Mode != protocol.NoCompression}
		return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c, err := u.Upgrade(w, r, nil); err == nil {
				echoGorilla(c)
			}
		}))
	},
	Broadcast: relayGorilla,
}

func echoGorilla(c *websocket.Conn) {
	defer c.Close()
	var buf []byte
	for {
		typ, r, err := c.NextReader()
		if err != nil {
			return
		}
		if buf, err = readAll(buf[:0], r); err != nil {
			return
		}
		if err := c.WriteMessage(typ, buf); err != nil {
			return
		}
	}
}

package peers

import (
	"net"
	"net/http"

	"github.com/lesismal/nbio/logging"
	"github.com/lesismal/nbio/nbhttp"
	"github.com/lesismal/nbio/nbhttp/websocket"

	"github.com/seed372fb791/rfc6455/protocol"
)

// lesismal is nbio in its default mode, non-blocking: connections live in its
// own event loop without goroutines. Payloads go back to its pool after the
// callback, and messages leave in one frame. It compresses without context
// takeover only.
var lesismal = Peer{
	Name: "nbio", Title: "lesismal/nbio (non-blocking)", Module: "github.com/lesismal/nbio", UTF8: byDefault,
	Serve: func(l net.Listener, c protocol.Compression) error {
		u := websocket.NewUpgrader()
		u.MessageLengthLimit = maxMessage
		u.EnableCompression(c.Mode != protocol.NoCompression)
		u.OnMessage(func(c *websocket.Conn, typ websocket.MessageType, data []byte) {
			c.WriteMessage(typ, data)
		})
		return serveNbio(l, u)
	},
	Broadcast: relayNbio,
}

func serveNbio(l net.Listener, u *websocket.Upgrader) error {
	logging.SetLevel(logging.LevelError)
	e := nbhttp.NewEngine(nbhttp.Config{
		Network:                      "tcp",
		Addrs:                        []string{l.Addr().String()},
		Listen:                       func(string, string) (net.Listener, error) { return l, nil },
		IOMod:                        nbhttp.IOModNonBlocking,
		ReleaseWebsocketPayload:      true,
		MaxWebsocketFramePayloadSize: maxMessage,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			u.Upgrade(w, r, nil)
		}),
	})
	if err := e.Start(); err != nil {
		return err
	}
	select {}
}

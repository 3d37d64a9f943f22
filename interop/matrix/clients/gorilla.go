package clients

import (
	"context"

	"github.com/gorilla/websocket"
)

// visitGorilla offers compression without context takeover, which is all that
// the library has.
func visitGorilla(ctx context.Context, url string, echo bool) (last []byte, err error) {
	dialer := websocket.Dialer{EnableCompression: true}
	c, _, err := dialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	for {
		typ, message, err := c.ReadMessage()
		if err != nil {
			return last, err
		}
		if !echo {
			last = message
		} else if err := c.WriteMessage(typ, message); err != nil {
			return nil, err
		}
	}
}

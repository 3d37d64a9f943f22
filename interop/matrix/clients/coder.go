package clients

import (
	"context"

	"github.com/coder/websocket"
)

func visitCoder(ctx context.Context, url string, echo bool) (last []byte, err error) {
	c, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{CompressionMode: websocket.CompressionContextTakeover})
	if err != nil {
		return nil, err
	}
	defer c.CloseNow()
	c.SetReadLimit(maxMessage)
	for {
		typ, message, err := c.Read(ctx)
		if err != nil {
			return last, err
		}
		if !echo {
			last = message
		} else if err := c.Write(ctx, typ, message); err != nil {
			return nil, err
		}
	}
}

package clients

import (
	"bytes"
	"context"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// visitRFC6455 is our own.
func visitRFC6455(ctx context.Context, url string, echo bool) (last []byte, err error) {
	c, _, err := client.Dial(ctx, url, &client.Options{
		Conn:        websocket.Options{MaxMessage: maxMessage},
		Compression: websocket.Compression{Mode: websocket.ContextTakeover},
	})
	if err != nil {
		return nil, err
	}
	defer c.CloseNow()
	for m, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return last, err
		}
		if !echo {
			last = bytes.Clone(m.Data)
		} else if err := c.Write(ctx, m.Type, m.Data); err != nil {
			return nil, err
		}
	}
	return last, nil
}

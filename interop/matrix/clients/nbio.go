package clients

import (
	"bytes"
	"context"
	"sync"

	"github.com/lesismal/nbio/logging"
	"github.com/lesismal/nbio/nbhttp"
	"github.com/lesismal/nbio/nbhttp/websocket"
)

// nbioEngine has all connections of the process.
var nbioEngine = sync.OnceValues(func() (*nbhttp.Engine, error) {
	logging.SetLevel(logging.LevelError)
	e := nbhttp.NewEngine(nbhttp.Config{})
	return e, e.Start()
})

// visitNbio offers compression without context takeover, which is all that the
// library has.
func visitNbio(ctx context.Context, url string, echo bool) (last []byte, err error) {
	engine, err := nbioEngine()
	if err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	options := websocket.NewOptions()
	options.EnableCompression(true)
	options.MessageLengthLimit = maxMessage
	options.OnMessage(func(c *websocket.Conn, typ websocket.MessageType, data []byte) {
		if echo {
			c.WriteMessage(typ, data)
		} else {
			last = bytes.Clone(data)
		}
	})
	options.OnClose(func(*websocket.Conn, error) { close(ended) })
	dialer := websocket.Dialer{Engine: engine, Options: options, EnableCompression: true}
	if _, _, err := dialer.DialContext(ctx, url, nil); err != nil {
		return nil, err
	}
	select {
	case <-ended:
		return last, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

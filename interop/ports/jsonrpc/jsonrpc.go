// Package jsonrpc runs JSON-RPC 2.0 over WebSocket, with the protocol's half by
// github.com/sourcegraph/jsonrpc2.
package jsonrpc

import (
	"context"
	"io"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// maxMessage is the largest request or response, in bytes.
const maxMessage = 5 << 20

// Dial connects to a server. h serves its calls. The connection ends with ctx.
func Dial(ctx context.Context, url string, h jsonrpc2.Handler) (*jsonrpc2.Conn, error) {
	c, _, err := client.Dial(ctx, url, &client.Options{Conn: websocket.Options{MaxMessage: maxMessage}})
	if err != nil {
		return nil, err
	}
	return jsonrpc2.NewConn(ctx, stream{ctx, c}, h), nil
}

// Server serves the calls of all clients with h.
func Server(h jsonrpc2.Handler) *server.Server {
	return server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		<-jsonrpc2.NewConn(ctx, stream{ctx, c}, h).DisconnectNotify()
		return nil
	}, &server.Options{Conn: websocket.Options{MaxMessage: maxMessage}})
}

// stream has a message for each object.
type stream struct {
	ctx context.Context
	c   *websocket.Conn
}

// WriteObject sends v.
func (s stream) WriteObject(v any) error { return s.c.WriteJSON(s.ctx, v) }

// ReadObject receives into v. io.EOF says that the peer has closed.
func (s stream) ReadObject(v any) error {
	err := s.c.ReadJSON(s.ctx, v)
	if websocket.CloseStatus(err) == websocket.CloseNormal {
		err = io.EOF
	}
	return err
}

// Close closes the connection, also when ctx has ended.
func (s stream) Close() error {
	return s.c.Close(context.WithoutCancel(s.ctx), websocket.CloseNormal, "")
}

package traffic

import (
	"context"
	"io"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// The paths under which messages are echoed, each by another part of Conn.
var echoPaths = []string{"/write", "/batch", "/stream", "/prepared"}

// The paths of broadcasts.
const (
	exactPath = "/news"
	lossyPath = "/headlines"
)

// farewell is the message that asks the server to close with 4000.
const farewell = "\x00close"

// serve is the server's handler.
func (s *site) serve(ctx context.Context, c *websocket.Conn) error {
	if s.opened != nil {
		s.opened(c)
	}
	switch server.Request(ctx).URL.Path {
	case "/batch":
		return echoBatch(ctx, c)
	case "/stream":
		return echoStream(ctx, c)
	case "/prepared":
		return echoPrepared(ctx, c)
	case exactPath:
		return subscribe(ctx, c, &s.exact)
	case lossyPath:
		return subscribe(ctx, c, &s.lossy)
	}
	return echo(ctx, c)
}

func echo(ctx context.Context, c *websocket.Conn) error {
	for m, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
		if string(m.Data) == farewell {
			return c.Close(ctx, 4000, "")
		}
		if err := c.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

func echoBatch(ctx context.Context, c *websocket.Conn) error {
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := c.Batch().Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

func echoStream(ctx context.Context, c *websocket.Conn) error {
	for {
		typ, r, err := c.Reader(ctx)
		if err != nil {
			return err
		}
		w, err := c.Writer(ctx, typ)
		if err != nil {
			return err
		}
		if _, err := io.Copy(w, r); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
}

func echoPrepared(ctx context.Context, c *websocket.Conn) error {
	for m, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
		p, err := websocket.Prepare(m.Type, m.Data)
		if err != nil {
			return err
		}
		if err := c.WritePrepared(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// subscribe has c get the broadcasts of h.
func subscribe(ctx context.Context, c *websocket.Conn, h *hub.Hub) error {
	if _, err := h.Subscriber(ctx, c).Join(ctx, topic, hub.NoHistory); err != nil {
		return err
	}
	for _, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
	}
	return nil
}

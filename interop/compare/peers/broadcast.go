package peers

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	coderws "github.com/coder/websocket"
	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
	gorillaws "github.com/gorilla/websocket"
	nbiows "github.com/lesismal/nbio/nbhttp/websocket"
	"github.com/lxzan/gws"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// room is the connections that get each message.
type room[C comparable] struct {
	mu      sync.Mutex
	members map[C]struct{}
}

func (r *room[C]) join(c C) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.members == nil {
		r.members = map[C]struct{}{}
	}
	r.members[c] = struct{}{}
}

func (r *room[C]) leave(c C) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.members, c)
}

// each calls send for all, one after another. Who cannot be written to leaves
// when it cannot be read from either.
func (r *room[C]) each(send func(C) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.members {
		send(c)
	}
}

// relay has c join and sends to everyone what receive makes of its messages,
// until that fails.
func relay[C comparable, M any](r *room[C], c C, receive func() (M, error), send func(C, M) error) error {
	r.join(c)
	defer r.leave(c)
	for {
		m, err := receive()
		if err != nil {
			return err
		}
		r.each(func(c C) error { return send(c, m) })
	}
}

func relayRFC6455() *server.Server {
	var r room[*websocket.Conn]
	return server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		return relay(&r, c, func() (*websocket.PreparedMessage, error) {
			typ, p, err := c.Read(ctx)
			if err != nil {
				return nil, err
			}
			return websocket.Prepare(typ, p)
		}, func(c *websocket.Conn, m *websocket.PreparedMessage) error {
			return c.WritePrepared(context.Background(), m)
		})
	}, nil)
}

func relayGorilla(l net.Listener) error {
	var u gorillaws.Upgrader
	var r room[*gorillaws.Conn]
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c, err := u.Upgrade(w, req, nil)
		if err != nil {
			return
		}
		defer c.Close()
		relay(&r, c, func() (*gorillaws.PreparedMessage, error) {
			typ, p, err := c.ReadMessage()
			if err != nil {
				return nil, err
			}
			return gorillaws.NewPreparedMessage(typ, p)
		}, (*gorillaws.Conn).WritePreparedMessage)
	}))
}

// coder has no prepared messages.
func relayCoder(l net.Listener) error {
	ctx := context.Background()
	var r room[*coderws.Conn]
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c, err := coderws.Accept(w, req, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		relay(&r, c, func() ([]byte, error) {
			_, p, err := c.Read(ctx)
			return p, err
		}, func(c *coderws.Conn, p []byte) error {
			return c.Write(ctx, coderws.MessageBinary, p)
		})
	}))
}

func relayGobwas(l net.Listener) error {
	var r room[net.Conn]
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			if _, err := ws.Upgrade(c); err != nil {
				return
			}
			relay(&r, c, func() ([]byte, error) {
				p, op, err := wsutil.ReadClientData(c)
				if err != nil {
					return nil, err
				}
				return ws.CompileFrame(ws.NewFrame(op, true, p))
			}, func(c net.Conn, frame []byte) error {
				_, err := c.Write(frame)
				return err
			})
		}()
	}
}

func relayGws(l net.Listener) error {
	s := gws.NewServer(&gwsRoom{}, nil)
	s.OnError = func(net.Conn, error) {}
	return s.RunListener(l)
}

type gwsRoom struct {
	gws.BuiltinEventHandler
	room[*gws.Conn]
}

func (r *gwsRoom) OnOpen(c *gws.Conn)           { r.join(c) }
func (r *gwsRoom) OnClose(c *gws.Conn, _ error) { r.leave(c) }

// OnMessage gives the message back when the last of the writes, which come later, has been done.
func (r *gwsRoom) OnMessage(_ *gws.Conn, m *gws.Message) {
	b := gws.NewBroadcaster(m.Opcode, m.Bytes())
	defer b.Close()
	var uses atomic.Int32
	done := func(error) {
		if uses.Add(-1) == 0 {
			m.Close()
		}
	}
	uses.Add(1)
	defer done(nil)
	r.each(func(c *gws.Conn) error {
		uses.Add(1)
		err := b.Broadcast(c, done)
		if err != nil {
			done(err)
		}
		return err
	})
}

// nbio has no prepared messages.
func relayNbio(l net.Listener) error {
	var r room[*nbiows.Conn]
	u := nbiows.NewUpgrader()
	u.OnOpen(r.join)
	u.OnClose(func(c *nbiows.Conn, _ error) { r.leave(c) })
	u.OnMessage(func(_ *nbiows.Conn, typ nbiows.MessageType, p []byte) {
		r.each(func(c *nbiows.Conn) error { return c.WriteMessage(typ, p) })
	})
	return serveNbio(l, u)
}

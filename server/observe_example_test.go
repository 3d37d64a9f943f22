package server_test

import (
	"context"
	"encoding/json"
	"expvar"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// What an operator wants to read afterwards: who was refused, and why each connection has ended.
func ExampleServer_closed() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	s := server.Handler(echo, &server.Options{
		OnError: func(r *http.Request, err error) {
			if r == nil { // there was no request yet
				logger.Warn("handshake", "error", err)
				return
			}
			logger.Warn("handshake", "path", r.URL.Path, "error", err)
		},
	})
	s.Closed = func(ctx context.Context, c *websocket.Conn, err error) {
		end, stats := c.End(), c.Stats()
		logger.Info("closed", "path", server.Request(ctx).URL.Path, "code", int(end.Code), "by_peer", end.ByPeer,
			"error", err, "received", stats.MessagesRead, "sent", stats.MessagesWritten)
	}

	askOnce(s, "/chat", "Hello")
	// Output: level=INFO msg=closed path=/chat code=1000 by_peer=true error="websocket: closed by the peer: 1000 (normal closure)" received=1 sent=1
}

// Stats as a variable of package expvar, which shows it at /debug/vars: it is read when somebody looks there.
func ExampleServer_Stats() {
	s := server.Handler(echo, nil)
	expvar.Publish("chat", expvar.Func(func() any { return s.Stats() }))

	askOnce(s, "/", "Hello")
	var shown struct {
		Accepted     int64
		ClosedByPeer map[websocket.CloseCode]int64
	}
	json.Unmarshal([]byte(expvar.Get("chat").String()), &shown)
	fmt.Println(shown.Accepted, shown.ClosedByPeer[websocket.CloseNormal])
	// Output: 1 1
}

// askOnce has a client ask s, and returns when s has ended.
func askOnce(s *server.Server, resource, message string) {
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		log.Fatal(err)
	}
	go s.Serve(l)
	ask(l.Addr(), resource, message)
	if err := s.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// withoutTime leaves out what is another one each time.
func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// stopped is what the server says of its Shutdown.
type stopped struct {
	Began time.Time
	Took  time.Duration
	Err   string // "" for none
}

// serve is the server's process: an echo that says where it listens. At the order "stats" it says
// server.Stats, at "shutdown" it shuts down within 4 seconds.
func serve([]string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := server.Handler(echo, &server.Options{
		Conn:    websocket.Options{MaxFrames: 100},
		OnError: func(*http.Request, error) {}, // that hostile peers are refused is no news
	})
	s.MaxHandshakes = 2000
	s.MaxConnsPerAddress = 2 * perAddress
	go s.Serve(l)
	if err := say(l.Addr().String()); err != nil {
		return err
	}
	orders(func(order string) {
		switch order {
		case "stats":
			say(s.Stats())
		case "shutdown":
			say(shutdown(s))
		}
	})
	return nil
}

// patience is how long Shutdown may take.
const patience = 4 * time.Second

func shutdown(s *server.Server) (r stopped) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r.Began = time.Now()
	if err := s.Shutdown(ctx); err != nil {
		r.Err = err.Error()
	}
	r.Took = time.Since(r.Began)
	return r
}

func echo(ctx context.Context, c *websocket.Conn) error {
	for m, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
		if err := c.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

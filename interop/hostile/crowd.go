package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// ends is what a crowd says of its connections.
type ends struct {
	GoingAway []time.Time // when those ended that heard 1001
	Others    int         // that have ended otherwise
	Open      int
}

// gathering is a crowd's connections.
type gathering struct {
	mu   sync.Mutex
	ends ends
	left sync.WaitGroup
}

// crowd is a process with connections that wait and answer Pings. Its arguments are the address of
// the server, how many there are and their network. It says so when all are open, and at the order "ends" how they have
// ended, once all have.
func crowd(args []string) error {
	addr, n, network := args[0], number(args[1]), byte(number(args[2]))
	g := &gathering{}
	for i := range n {
		c, err := join(addr, network, i)
		if err != nil {
			return fmt.Errorf("connection %d of %d: %w", i, n, err)
		}
		g.ends.Open++
		g.left.Go(func() { g.attend(c) })
	}
	if err := say(n); err != nil {
		return err
	}
	orders(func(order string) {
		if order == "ends" {
			g.left.Wait()
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		say(g.ends)
	})
	return nil
}

// join opens a connection that sends no Pings of its own.
func join(addr string, network byte, i int) (*websocket.Conn, error) {
	c, _, err := client.Dial(context.Background(), "ws://"+addr, &client.Options{
		Conn:        websocket.Options{Keepalive: -1},
		DialContext: dialFrom(network, i),
		Proxy:       client.NoProxy,
	})
	return c, err
}

// attend reads until the end.
func (g *gathering) attend(c *websocket.Conn) {
	_, _, err := c.Read(context.Background())
	now := time.Now()
	c.CloseNow()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ends.Open--
	if websocket.CloseStatus(err) == websocket.CloseGoingAway {
		g.ends.GoingAway = append(g.ends.GoingAway, now)
	} else {
		g.ends.Others++
	}
}

package hub_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Live updates: a viewer gets the last price when it comes, and then each new one. The key says that a price makes those
// before it pointless: to a viewer that is behind goes the newest alone.
func ExampleHub_prices() {
	feed := &hub.Hub{Full: hub.DropOldest, History: 1}
	prices := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		if _, err := feed.Subscriber(ctx, c).Join(ctx, server.Request(ctx).URL.Path, hub.Position{}); err != nil {
			return err
		}
		_, _, err := c.Read(ctx) // a viewer says nothing, but goes
		return err
	}, nil)
	hs := httptest.NewServer(prices)
	defer hs.Close()

	ctx := context.Background()
	change := func(price string) {
		_, err := feed.Publish(ctx, "/ACRN", hub.Message{Type: websocket.Text, Key: "newest", Data: []byte(price)})
		if err != nil {
			log.Fatal(err)
		}
	}
	change("129.95")
	change("130.10")
	c, _, err := client.Dial(ctx, "ws://"+hs.Listener.Addr().String()+"/ACRN", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.CloseNow()
	for range 2 {
		_, price, err := c.Read(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s\n", price)
		change("130.25")
	}
	// Output:
	// 130.10
	// 130.25
}

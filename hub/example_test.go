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

// A chat that a client can come back to where it was: messages carry their positions, and who connects with ?after=… gets
// what came since.
func ExampleHub() {
	rooms := &hub.Hub{
		History: 100,
		Prepare: func(_ string, m hub.Message) *websocket.PreparedMessage {
			p, _ := websocket.Prepare(websocket.Text, fmt.Appendf(nil, "%s %s", m.At, m.Data))
			return p
		},
	}
	chat := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		r := server.Request(ctx)
		after, err := hub.ParsePosition(r.FormValue("after"))
		if err != nil {
			return c.Close(ctx, websocket.ClosePolicyViolation, "no position")
		}
		if _, err := rooms.Subscriber(ctx, c).Join(ctx, r.URL.Path, after); err != nil {
			return err
		}
		for m, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			if _, err := rooms.Publish(ctx, r.URL.Path, hub.Message{Type: websocket.Text, Data: m.Data}); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	hs := httptest.NewServer(chat)
	defer hs.Close()

	ctx := context.Background()
	room := "ws://" + hs.Listener.Addr().String() + "/room"
	enter := func(after string) *websocket.Conn {
		c, _, err := client.Dial(ctx, room+"?after="+after, nil)
		if err != nil {
			log.Fatal(err)
		}
		return c
	}
	hear := func(c *websocket.Conn) (position, text string) {
		_, p, err := c.Read(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Sscan(string(p), &position, &text)
		return position, text
	}
	ann := enter("")
	ann.WriteText(ctx, "Hello!")
	last, text := hear(ann)
	fmt.Println("Ann hears", text)
	ann.CloseNow()

	ben := enter("")
	defer ben.CloseNow()
	ben.WriteText(ctx, "Goodbye!")
	for range 2 {
		_, text = hear(ben)
		fmt.Println("Ben hears", text)
	}

	ann = enter(last)
	defer ann.CloseNow()
	_, text = hear(ann)
	fmt.Println("Ann hears", text)
	// Output:
	// Ann hears Hello!
	// Ben hears Hello!
	// Ben hears Goodbye!
	// Ann hears Goodbye!
}

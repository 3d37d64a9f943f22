package rfc6455_test

import (
	"context"
	"fmt"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// talk says hello and prints what it hears, until it hears goodbye.
func talk(ctx context.Context, url string) error {
	c, _, err := client.Dial(ctx, url, nil)
	if err != nil {
		return err
	}
	defer c.Close(ctx, websocket.CloseNormal, "")
	for _, s := range []string{"hello", "goodbye"} {
		if err := c.WriteText(ctx, s); err != nil {
			return err
		}
	}
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		fmt.Printf("%s\n", m.Data)
		if string(m.Data) == "goodbye" {
			break
		}
	}
	return nil
}

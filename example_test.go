package rfc6455_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
)

// The README's server and client, as they stand there.
func Example() {
	echo := server.Handler(func(ctx context.Context, c *protocol.Conn) error {
		for m, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			if err := c.Write(ctx, m.Type, m.Data); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	http.Handle("/echo", echo)

	hs := httptest.NewServer(nil)
	defer hs.Close()
	ctx := context.Background()
	url := "ws" + strings.TrimPrefix(hs.URL, "http") + "/echo"

	c, _, err := client.Dial(ctx, url, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close(ctx, protocol.CloseNormal, "")
	if err := c.WriteText(ctx, "Hello"); err != nil {
		log.Fatal(err)
	}
	_, answer, err := c.Read(ctx)
	fmt.Printf("%s %v\n", answer, err)

	// Output: Hello <nil>
}

package serve

import (
	"context"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Echo sends back what comes until the connection ends. What came with one
// read leaves with one write. The end of the connection interrupts it, so it
// needs no context.
func Echo(c *websocket.Conn) error {
	ctx := context.Background()
	answers := c.Batch()
	for m, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
		if err := answers.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

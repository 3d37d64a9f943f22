package redis_test

import (
	"context"
	"log"
	"net/http"

	goredis "github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/hub/redis"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// All processes with this program, and the same Redis, are one chat. A client comes back with the position of the last
// message that it has, to whatever process.
func Example() {
	client := goredis.NewClient(&goredis.Options{Addr: "localhost:6379"})
	defer client.Close()
	backplane, err := redis.NewStreams(client, redis.StreamsOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer backplane.Close(context.Background())
	rooms := &hub.Hub{Backplane: backplane, History: 100}
	defer rooms.Close(context.Background())
	chat := server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		after, err := hub.ParsePosition(server.Request(ctx).FormValue("after"))
		if err != nil {
			return c.Close(ctx, websocket.ClosePolicyViolation, "no position")
		}
		if _, err := rooms.Subscriber(ctx, c).Join(ctx, "chat", after); err != nil {
			return err
		}
		for m, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			if _, err := rooms.Publish(ctx, "chat", hub.Message{Type: m.Type, Data: m.Data}); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	log.Fatal(http.ListenAndServe(":8080", chat))
}

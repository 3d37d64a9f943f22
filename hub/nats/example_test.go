package nats_test

import (
	"context"
	"log"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/seed372fb791/rfc6455/hub"
	hubnats "github.com/seed372fb791/rfc6455/hub/nats"
)

// Hubs of all processes that have the same stream have the same topics.
func ExampleNewJetStream() {
	conn, err := nats.Connect("nats://a:4222,nats://b:4222,nats://c:4222",
		nats.MaxReconnects(-1), nats.PingInterval(5*time.Second), nats.MaxPingsOutstanding(2))
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	stream, err := hubnats.NewJetStream(context.Background(), conn, hubnats.StreamOptions{Stream: "chat", Prefix: "chat", Replicas: 3})
	if err != nil {
		log.Fatal(err)
	}
	defer stream.Close(context.Background())

	chat := &hub.Hub{Backplane: stream, History: 50}
	defer chat.Close(context.Background())
}

// Messages that need not last, such as who is typing, cost least by core NATS.
func ExampleNewCore() {
	conn, err := nats.Connect(nats.DefaultURL, nats.MaxReconnects(-1))
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	core, err := hubnats.NewCore(conn, hubnats.CoreOptions{Prefix: "typing"})
	if err != nil {
		log.Fatal(err)
	}
	defer core.Close(context.Background())

	typing := &hub.Hub{Backplane: core, Full: hub.DropOldest}
	defer typing.Close(context.Background())
}

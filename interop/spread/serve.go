package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
	hubnats "github.com/seed372fb791/rfc6455/hub/nats"
	hubredis "github.com/seed372fb791/rfc6455/hub/redis"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// kept is how many messages of a topic are remembered, by servers and brokers.
const kept = 100

// joined is what a subscriber hears when it is one.
const joined = `"joined"`

// serve is a server of a way on a broker.
func serve(l net.Listener, way, broker string) error {
	if isCentrifuge(way) {
		return serveCentrifuge(l, broker, way == "centrifuge-lean")
	}
	b, err := backplane(way, broker)
	if err != nil {
		return err
	}
	topics := &hub.Hub{Backplane: b, History: kept, Gap: gap}
	s := &server.Server{Handle: func(ctx context.Context, c *websocket.Conn) error {
		topic := server.Request(ctx).URL.Path[1:]
		if topic == "publish" {
			return publishFor(ctx, c, func(topic, id string, data []byte) error {
				_, err := topics.Publish(ctx, topic, hub.Message{ID: id, Type: websocket.Text, Data: data})
				return err
			})
		}
		if _, err := topics.Subscriber(ctx, c).Join(ctx, topic, hub.NoHistory); err != nil {
			return err
		}
		return listen(ctx, c)
	}}
	return s.Serve(l)
}

// listen is what is on the stack while a subscriber is there.
func listen(ctx context.Context, c *websocket.Conn) error {
	if err := c.WriteText(ctx, joined); err != nil {
		return err
	}
	for _, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
	}
	return nil
}

func gap(*hub.Subscriber, string) *websocket.PreparedMessage {
	p, _ := websocket.Prepare(websocket.Text, gapMark)
	return p
}

func backplane(way, broker string) (hub.Backplane, error) {
	if brokerOf(way) == "redis" {
		client := redis.NewClient(&redis.Options{Addr: broker, PoolSize: 2 * publishers})
		if way == "streams" {
			return hubredis.NewStreams(client, hubredis.StreamsOptions{Keep: kept})
		}
		return hubredis.NewPubSub(client, hubredis.PubSubOptions{})
	}
	conn, err := nats.Connect("nats://"+broker, nats.MaxReconnects(-1), nats.ReconnectWait(100*time.Millisecond))
	if err != nil {
		return nil, err
	}
	if way == "jetstream" {
		return hubnats.NewJetStream(context.Background(), conn, hubnats.StreamOptions{Keep: kept})
	}
	return hubnats.NewCore(conn, hubnats.CoreOptions{})
}

// publishFor publishes what a publisher sends, a topic, an id and a message on lines, one after the other, and answers
// with what has become of it: nothing if it was taken.
func publishFor(ctx context.Context, c *websocket.Conn, publish func(topic, id string, data []byte) error) error {
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		topic, rest, _ := bytes.Cut(m.Data, []byte("\n"))
		id, data, _ := bytes.Cut(rest, []byte("\n"))
		answer := ""
		if err := publish(string(topic), string(id), data); err != nil {
			answer = strings.ToValidUTF8(fmt.Sprint(err), "?")
		}
		if err := c.WriteText(ctx, answer); err != nil {
			return err
		}
	}
	return nil
}

// publishing is publishFor through net/http.
func publishing(publish func(topic, id string, data []byte) error) http.Handler {
	return server.Handler(func(ctx context.Context, c *websocket.Conn) error { return publishFor(ctx, c, publish) }, nil)
}

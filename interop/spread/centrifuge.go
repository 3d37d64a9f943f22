package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/centrifugal/centrifuge"
)

// serveCentrifuge is a server with centrifuge on Redis. It remembers as many messages as a Hub does, and looks, as that
// does, whether subscribers miss any. lean has all that saves memory.
func serveCentrifuge(l net.Listener, broker string, lean bool) error {
	node, err := centrifuge.New(centrifuge.Config{})
	if err != nil {
		return err
	}
	shard, err := centrifuge.NewRedisShard(node, centrifuge.RedisShardConfig{Address: broker})
	if err != nil {
		return err
	}
	b, err := centrifuge.NewRedisBroker(node, centrifuge.RedisBrokerConfig{Shards: []*centrifuge.RedisShard{shard}})
	if err != nil {
		return err
	}
	node.SetBroker(b)
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{}}, nil
	})
	node.OnConnect(func(client *centrifuge.Client) {
		client.OnSubscribe(func(_ centrifuge.SubscribeEvent, answer centrifuge.SubscribeCallback) {
			options := centrifuge.SubscribeOptions{EnableRecovery: true, EnablePositioning: true}
			answer(centrifuge.SubscribeReply{Options: options}, nil)
		})
	})
	if err := node.Run(); err != nil {
		return err
	}
	o := centrifuge.WebsocketConfig{}
	if lean {
		o = centrifuge.WebsocketConfig{ReadBufferSize: 512, UseWriteBufferPool: true, ProcessCommandsOffReadLoop: true}
	}
	mux := http.NewServeMux()
	mux.Handle("/connection", centrifuge.NewWebsocketHandler(node, o))
	mux.Handle("/publish", publishing(func(topic, id string, data []byte) error {
		_, err := node.Publish(topic, data, centrifuge.WithHistory(kept, time.Hour), centrifuge.WithIdempotencyKey(id))
		return err
	}))
	return (&http.Server{Handler: mux}).Serve(l)
}

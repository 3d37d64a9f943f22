package demo

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	hubnats "github.com/seed372fb791/rfc6455/hub/nats"
	hubredis "github.com/seed372fb791/rfc6455/hub/redis"
)

// Embedded starts a NATS server in this process, for -backplane nats, and returns its URL and what ends it. It is nil in
// ws, which does not carry a server; cmd/wsnats does.
var Embedded func() (url string, end func(), err error)

// channels begin the names of what the demo has at a broker: for what is said, and for what is of interest only now.
const channels, channelsNow = "ws-demo", "ws-demo-now"

// reachTime bounds the first connection to a broker. Later ones are tried for as long as it takes.
const reachTime = 5 * time.Second

// openBroker opens the broker of a -backplane. It prints how other processes join one that it has started.
func openBroker(backplane string, stdout io.Writer) (*Broker, error) {
	if backplane == "nats" {
		return openEmbedded(stdout)
	}
	u, err := url.Parse(backplane)
	if err != nil {
		return nil, command.BadUsage("-backplane: %v", err.(*url.Error).Err) // without the password that may be in it
	}
	open := map[string]func(*url.URL) (*Broker, error){
		"redis": openRedis, "rediss": openRedis, "nats": openNATS, "tls": openNATS,
	}[u.Scheme]
	if open == nil || u.Host == "" {
		return nil, command.BadUsage("-backplane %q is no URL such as redis://127.0.0.1:6379 or nats://127.0.0.1:4222", u.Redacted())
	}
	b, err := open(u)
	if err != nil {
		return nil, fmt.Errorf("-backplane %s: %w", u.Redacted(), err)
	}
	return b, nil
}

func openEmbedded(stdout io.Writer) (*Broker, error) {
	if Embedded == nil {
		return nil, command.BadUsage("-backplane nats: ws carries no NATS server, wsnats does: go install github.com/seed372fb791/rfc6455/cmd/wsnats")
	}
	at, end, err := Embedded()
	if err != nil {
		return nil, err
	}
	b, err := openBroker(at, stdout)
	if err != nil {
		end()
		return nil, err
	}
	fmt.Fprintf(stdout, "others join with -backplane %s\n", at)
	disconnect := b.End
	b.End = func() { disconnect(); end() }
	return b, nil
}

func openRedis(u *url.URL) (*Broker, error) {
	o, err := goredis.ParseURL(u.String())
	if err != nil {
		return nil, command.BadUsage("%v", err)
	}
	logging.Disable() // of go-redis: what it would say comes as an error, or by the hub's Logger
	client := goredis.NewClient(o)
	ctx, cancel := context.WithTimeout(context.Background(), reachTime)
	defer cancel()
	if err := client.Ping(ctx).Err(); err != nil {
		client.Close()
		return nil, err
	}
	talk, err := hubredis.NewStreams(client, hubredis.StreamsOptions{Prefix: channels + ":", Keep: keptMessages})
	if err != nil {
		client.Close()
		return nil, err
	}
	around, err := hubredis.NewPubSub(client, hubredis.PubSubOptions{Prefix: channelsNow + ":"})
	if err != nil {
		client.Close()
		return nil, err
	}
	return &Broker{Talk: talk, Around: around, End: func() { client.Close() }}, nil
}

// openNATS takes a URL with one server of a cluster, or several separated by commas, and ?replicas=3 for a stream that
// as many have.
func openNATS(u *url.URL) (*Broker, error) {
	query := u.Query()
	replicas, err := strconv.Atoi(cmp.Or(query.Get("replicas"), "1"))
	query.Del("replicas")
	if err != nil || replicas < 1 || len(query) > 0 {
		return nil, command.BadUsage("its query can be ?replicas=NUMBER, 1 or more")
	}
	servers := *u
	servers.RawQuery = ""
	conn, err := nats.Connect(servers.String(), nats.Timeout(reachTime), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second/2),
		nats.PingInterval(5*time.Second), nats.MaxPingsOutstanding(2))
	if err != nil {
		return nil, err
	}
	b, err := onNATS(conn, replicas)
	if err != nil {
		conn.Close()
		return nil, err
	}
	b.End = conn.Close
	return b, nil
}

func onNATS(conn *nats.Conn, replicas int) (*Broker, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*reachTime) // a cluster that is just starting chooses a leader
	defer cancel()
	talk, err := hubnats.NewJetStream(ctx, conn, hubnats.StreamOptions{
		Stream: channels, Prefix: channels, Keep: keptMessages, KeepBytes: 64 << 20, Replicas: replicas,
	})
	if err != nil {
		return nil, err
	}
	around, err := hubnats.NewCore(conn, hubnats.CoreOptions{Prefix: channelsNow})
	if err != nil {
		return nil, err
	}
	return &Broker{Talk: talk, Around: around}, nil
}

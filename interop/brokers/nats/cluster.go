package nats

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// cluster is three servers, each a process. Clients connect to the first one while it is there.
type cluster struct {
	servers [3]*process
	gone    *process // killed, or standing still

	connected int // how often somebody has, anywhere
}

// startCluster starts one.
func startCluster(t testing.TB) *cluster {
	t.Helper()
	c := new(cluster)
	var routes []string
	for i := range c.servers {
		c.servers[i] = newProcess(t)
		routes = append(routes, "nats://"+c.servers[i].Cluster)
	}
	for _, p := range c.servers {
		p.Others = strings.Join(routes, ",")
		p.start(t)
	}
	return c
}

// urls is where clients connect.
func (c *cluster) urls() string {
	var all []string
	for _, p := range c.servers {
		all = append(all, "nats://"+p.Addr)
	}
	return strings.Join(all, ",")
}

// leader returns the leader of a stream, which is, or is not, the first server: the one that clients are connected to.
func (c *cluster) leader(t testing.TB, stream string, first bool) *process {
	t.Helper()
	conn := connect(t, c.urls())
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(50 * time.Millisecond) {
		p := c.leads(js, stream)
		switch {
		case p == nil:
		case (p == c.servers[0]) == first:
			return p
		default:
			conn.Request("$JS.API.STREAM.LEADER.STEPDOWN."+stream, nil, time.Second)
		}
	}
	t.Fatalf("stream %q does not have the leader that the test wants", stream)
	return nil
}

// leads returns the leader of a stream that all servers have, nil if that is not so now.
func (c *cluster) leads(js jetstream.JetStream, stream string) *process {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	s, err := js.Stream(ctx, stream)
	if err != nil {
		return nil
	}
	info := s.CachedInfo()
	if info.Cluster == nil || len(info.Cluster.Replicas) != len(c.servers)-1 {
		return nil
	}
	for _, replica := range info.Cluster.Replicas {
		if !replica.Current {
			return nil
		}
	}
	for _, p := range c.servers {
		if _, port, err := split(p.Addr); err == nil && info.Cluster.Leader == name(port) {
			return p
		}
	}
	return nil
}

// kill and pause return what takes a server away.
func (c *cluster) kill(which func(testing.TB) *process) func(testing.TB) {
	return func(t testing.TB) {
		c.take(t, which(t), c.start)
		c.gone.kill()
	}
}

func (c *cluster) pause(which func(testing.TB) *process) func(testing.TB) {
	return func(t testing.TB) {
		c.take(t, which(t), c.resume)
		c.gone.pause(t)
	}
}

// take notes who is taken away. With the test it comes back, at the latest.
func (c *cluster) take(t testing.TB, p *process, back func(testing.TB)) {
	c.gone = p
	t.Cleanup(func() {
		if c.gone != nil {
			back(t)
		}
	})
}

// start and resume bring it back.
func (c *cluster) start(t testing.TB)  { t.Helper(); c.gone.start(t); c.gone = nil }
func (c *cluster) resume(t testing.TB) { t.Helper(); c.gone.resume(t); c.gone = nil }

// connect returns a connection to the first server, connectAnywhere one to each in turn.
func (c *cluster) connect(t testing.TB) *nats.Conn { t.Helper(); return connect(t, c.urls()) }

func (c *cluster) connectAnywhere(t testing.TB) *nats.Conn {
	t.Helper()
	c.connected++
	urls := strings.Split(c.urls(), ",")
	next := c.connected % len(urls)
	return connect(t, strings.Join(append(urls[next:], urls[:next]...), ","))
}

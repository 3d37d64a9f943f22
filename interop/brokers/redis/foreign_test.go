package redis

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
	broker "github.com/seed372fb791/rfc6455/hub/redis"
)

// started closes a backplane when the test ends, before its client.
func started(t *testing.T, new func(testing.TB) hub.Backplane) hub.Backplane {
	t.Helper()
	b := new(t)
	t.Cleanup(func() { b.Close(context.Background()) })
	return b
}

// What others publish to a channel, or add to a stream, is no message, and does not keep any from coming.
func TestForeign(t *testing.T) {
	s := startServer(t)
	for name, new := range map[string]func(testing.TB) hub.Backplane{"PUB SUB": pubSub(to(s.proxy)), "Streams": streams(to(s.proxy))} {
		t.Run(name, func(t *testing.T) {
			b := started(t, new)
			r := subscribe(t, b, name)
			publish(t, b, name, "before")
			s.do(t, "publish", "hub:{"+name+"}", "not a message")
			s.do(t, "publish", "hub:{"+name+"}", "")
			publish(t, b, name, "after")
			r.expect(t, "before", "after")
			if n := b.(interface{ Ignored() uint64 }).Ignored(); n != 2 {
				t.Errorf("%d messages were ignored, want 2", n)
			}
		})
	}
}

// PubSub and Streams with the same prefix do not take each other's messages.
func TestKinds(t *testing.T) {
	s := startServer(t)
	p, q := started(t, pubSub(to(s.proxy))), started(t, streams(to(s.proxy)))
	rp, rq := subscribe(t, p, "topic"), subscribe(t, q, "topic")
	publish(t, p, "topic", "one")
	publish(t, q, "topic", "two")
	publish(t, p, "topic", "three")
	rp.expect(t, "one", "three")
	rq.expect(t, "two")
}

// A number that does not come is a message that is missing: it is said, and what the stream has can be read.
func TestHole(t *testing.T) {
	s := startServer(t)
	b := started(t, streams(to(s.proxy)))
	r := subscribe(t, b, "topic")
	first := publish(t, b, "topic", "one")
	r.expect(t, "one")
	s.do(t, "hincrby", "hub:{topic}:numbers", "last", 1)
	third := publish(t, b, "topic", "three")
	r.expect(t, "lost", "subscribed")
	if r.at != third {
		t.Errorf("messages go on after %v, want %v", r.at, third)
	}
	expectHistory(t, b, "topic", first, hub.ErrGap, "three")
	publish(t, b, "topic", "four")
	r.expect(t, "four")
	expectHistory(t, b, "topic", third, nil, "four")
}

// Whoever deletes the keys of a topic, or some of them, begins another epoch: numbers come again.
func TestDeleted(t *testing.T) {
	s := startServer(t)
	b := started(t, streams(to(s.proxy)))
	r := subscribe(t, b, "topic")
	for _, keys := range [][]any{{"flushall"}, {"del", "hub:{topic}:numbers"}} {
		before := publish(t, b, "topic", "one", "two")
		r.expect(t, "one", "two")
		s.do(t, keys...)
		after := publish(t, b, "topic", "three")
		if after.Epoch == before.Epoch || after.Seq != 1 {
			t.Errorf("after %v a message is at %v, before there was %v", keys, after, before)
		}
		r.expect(t, "lost", "subscribed")
		expectHistory(t, b, "topic", before, hub.ErrGap, "three")
	}
	before := publish(t, b, "topic", "four")
	s.do(t, "del", "hub:{topic}:messages")
	expectHistory(t, b, "topic", before, nil)
	after := publish(t, b, "topic", "five")
	expectHistory(t, b, "topic", before, nil, "five")
	before.Seq--
	expectHistory(t, b, "topic", before, hub.ErrGap, "five")
	if after.Epoch != before.Epoch {
		t.Errorf("the epoch is %q, and was %q", after.Epoch, before.Epoch)
	}
	r.expect(t, "four", "five")
}

// What is kept, and known of IDs and numbers, is forgotten after a while.
func TestExpiry(t *testing.T) {
	s := startServer(t)
	client := to(s.proxy)()
	t.Cleanup(func() { client.Close() })
	b, err := broker.NewStreams(client, broker.StreamsOptions{KeepFor: 48 * 3600e9, IDsFor: 600e9})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close(context.Background()) })
	m := text("one")
	m.ID = "id"
	if _, err := b.Publish(t.Context(), "topic", m); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int64{"messages": 48 * 3600, "numbers": 48 * 3600, "id:id": 600} {
		if got := s.do(t, "ttl", "hub:{topic}:"+key).(int64); got > want || got < want-60 {
			t.Errorf("key %q is there for %d s more, want %d", key, got, want)
		}
	}
}

// A user of Redis that may do what the documentation says, and no more, can do all.
func TestUser(t *testing.T) {
	s := startServer(t)
	s.do(t, "acl", "setuser", "hub", "on", ">secret", "~hub:*", "&hub:*", "+@connection", "+subscribe", "+unsubscribe", "+publish",
		"+eval", "+evalsha", "+info", "+hget", "+hset", "+hincrby", "+get", "+set", "+del", "+xadd", "+xrevrange", "+pexpire")
	connect := func() redis.UniversalClient {
		return redis.NewClient(&redis.Options{Addr: s.proxy.addr(), Username: "hub", Password: "secret"})
	}
	for name, new := range map[string]func(testing.TB) hub.Backplane{"PUB SUB": pubSub(connect), "Streams": streams(connect)} {
		t.Run(name, func(t *testing.T) {
			b := started(t, new)
			r := subscribe(t, b, name)
			m := text("one")
			m.ID = "id"
			if _, err := b.Publish(t.Context(), name, m); err != nil {
				t.Fatal(err)
			}
			r.expect(t, "one")
		})
	}
}

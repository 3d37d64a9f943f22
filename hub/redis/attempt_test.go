package redis

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// silent is a log of go-redis, which tells of each connection that fails.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

func TestMain(m *testing.M) {
	redis.SetLogger(silent{})
	os.Exit(m.Run())
}

// connect returns backplanes on a server.
func connect(t *testing.T, o redis.Options) (*PubSub, *Streams) {
	t.Helper()
	client := redis.NewClient(&o)
	t.Cleanup(func() { client.Close() })
	b, err := NewPubSub(client, PubSubOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close(context.Background()) })
	s, err := NewStreams(client, StreamsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	return b, s
}

var hi = hub.Message{Type: websocket.Text, Data: []byte("hi")}

const noScript = "-NOSCRIPT No matching script. Please use EVAL.\r\n"

// Publish tells what has become of a message, and nobody sends it again: go-redis would.
func TestPublish(t *testing.T) {
	type answers map[string]string // by command; "" ends the connection
	for _, test := range []struct {
		name      string
		streams   bool
		answers   answers
		came      string // to the server
		fails     bool
		uncertain bool
	}{
		{"sent", false, answers{"publish": ":0\r\n"}, "publish", false, false},
		{"refused", false, answers{"publish": "-NOPERM no\r\n"}, "publish", true, false},
		{"loading", false, answers{"publish": "-LOADING Redis is loading the dataset in memory\r\n"}, "publish", true, false},
		{"no answer", false, answers{"publish": ""}, "publish", true, true},
		{"stream", true, answers{"evalsha": "+7-epoch\r\n"}, "evalsha", false, false},
		{"stream, new script", true, answers{"evalsha": noScript, "eval": "+7-epoch\r\n"}, "evalsha eval", false, false},
		{"stream, refused", true, answers{"evalsha": "-READONLY You can't write against a read only replica.\r\n"}, "evalsha", true, false},
		{"stream, new script refused", true, answers{"evalsha": noScript, "eval": "-OOM no\r\n"}, "evalsha eval", true, false},
		{"stream, no answer", true, answers{"evalsha": ""}, "evalsha", true, true},
		{"stream, no answer to a new script", true, answers{"evalsha": noScript, "eval": ""}, "evalsha eval", true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := startFake(t, func(command string) (string, bool) { return test.answers[command], test.answers[command] != "" })
			b, s := connect(t, redis.Options{Addr: server.addr})
			publish := b.Publish
			if test.streams {
				publish = s.Publish
			}
			at, err := publish(t.Context(), "topic", hi)
			if (err != nil) != test.fails || errors.Is(err, hub.ErrUncertain) != test.uncertain {
				t.Errorf("Publish: %v; want an error: %v, ErrUncertain: %v", err, test.fails, test.uncertain)
			}
			if want := (hub.Position{Epoch: "epoch", Seq: 7}); test.streams && err == nil && at != want {
				t.Errorf("the position is %v, want %v", at, want)
			}
			if got := server.commands(); got != test.came {
				t.Errorf("the server got %q, want %q", got, test.came)
			}
		})
	}
}

// An answer that is none is uncertain: the script has run.
func TestStrangeAnswer(t *testing.T) {
	for _, answer := range []string{":1\r\n", "+x\r\n", "*0\r\n", "_\r\n"} {
		server := startFake(t, func(string) (string, bool) { return answer, true })
		_, s := connect(t, redis.Options{Addr: server.addr})
		if _, err := s.Publish(t.Context(), "topic", hi); !errors.Is(err, hub.ErrUncertain) {
			t.Errorf("after %q Publish returns %v", answer, err)
		}
		if _, _, err := s.History(t.Context(), "topic", hub.Position{}, 1); err == nil || errors.Is(err, hub.ErrGap) {
			t.Errorf("after %q History returns %v", answer, err)
		}
	}
}

// A server that cannot be reached gets nothing, for certain.
func TestNoServer(t *testing.T) {
	b, s := connect(t, redis.Options{Addr: "127.0.0.1:1", DialerRetries: 1})
	for _, publish := range []func(context.Context, string, ...hub.Message) (hub.Position, error){b.Publish, s.Publish} {
		if _, err := publish(t.Context(), "topic", hi); err == nil || errors.Is(err, hub.ErrUncertain) {
			t.Errorf("Publish: %v", err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err := b.Subscribe(ctx, quiet{}, "topic")
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, errConnecting) && !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("Subscribe: %v", err)
	}
}

// Publish returns when its context ends: a command that waits for a connection is not written any more, of one that
// waits for an answer nobody knows.
func TestContextEnds(t *testing.T) {
	came, leave := make(chan struct{}, 2), make(chan struct{})
	server := startFake(t, func(string) (string, bool) {
		came <- struct{}{}
		<-leave
		return ":1\r\n", true
	})
	b, _ := connect(t, redis.Options{Addr: server.addr, PoolSize: 1, ReadTimeout: -1})
	first, endFirst := context.WithCancel(t.Context())
	written := make(chan error, 1)
	go func() {
		_, err := b.Publish(first, "topic", hi)
		written <- err
	}()
	<-came
	second, endSecond := context.WithCancel(t.Context())
	waits := make(chan error, 1)
	go func() {
		_, err := b.Publish(second, "topic", hi)
		waits <- err
	}()
	endSecond()
	if err := <-waits; !errors.Is(err, context.Canceled) || errors.Is(err, hub.ErrUncertain) {
		t.Errorf("Publish, not written: %v", err)
	}
	endFirst()
	if err := <-written; !errors.Is(err, context.Canceled) || !errors.Is(err, hub.ErrUncertain) {
		t.Errorf("Publish, written: %v", err)
	}
	close(leave)
	if _, err := b.Publish(t.Context(), "topic", hi); err != nil {
		t.Errorf("Publish: %v", err)
	}
	if got := server.commands(); got != "publish publish" {
		t.Errorf("the server got %q", got)
	}
}

package redis

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
)

// begins is a Receiver that notes where topics begin.
type begins struct {
	quiet
	mu sync.Mutex
	at map[string]hub.Position
}

func (b *begins) Subscribed(topic string, at hub.Position) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, again := b.at[topic]; again {
		panic("Subscribed comes again, without Lost")
	}
	b.at[topic] = at
}

// Positions are read where they have to be, by the script's text if the server does not know it, and again so that Redis
// keeps them.
func TestPositions(t *testing.T) {
	server := startFake(t, func(command string) (string, bool) {
		if command == "evalsha" {
			return noScript, true
		}
		return "*2\r\n+7-epoch\r\n*0\r\n", true
	})
	_, s := connect(t, redis.Options{Addr: server.addr})
	r := &begins{at: make(map[string]hub.Position)}
	topics := []string{"a", "b", "c"}
	if err := s.Subscribe(t.Context(), r, topics...); err != nil {
		t.Fatal(err)
	}
	for _, topic := range topics {
		if want := (hub.Position{Epoch: "epoch", Seq: 7}); r.at[topic] != want {
			t.Errorf("topic %q begins at %v, want %v", topic, r.at[topic], want)
		}
	}
	s.answer(s.all())
	for _, command := range []string{"evalsha", "eval"} {
		if n := strings.Count(server.commands()+" ", command+" "); n != 2*len(topics) {
			t.Errorf("the server got %s %d times, want %d", command, n, 2*len(topics))
		}
	}
}

// Who waits for positions that cannot be read learns why.
func TestUnread(t *testing.T) {
	server := startFake(t, func(string) (string, bool) { return "-NOPERM no\r\n", true })
	_, s := connect(t, redis.Options{Addr: server.addr})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	asked := make(chan error, 1)
	go func() { asked <- s.Subscribe(ctx, quiet{}, "topic") }()
	for server.commands() == "" || s.because(nil) == nil {
		time.Sleep(time.Millisecond)
	}
	cancel()
	var refused redis.Error
	if err := <-asked; !errors.Is(err, context.Canceled) || !errors.As(err, &refused) {
		t.Errorf("Subscribe: %v", err)
	}
	if err := s.Subscribe(t.Context(), &begins{}, "topic"); !errors.Is(err, errReceiver) {
		t.Errorf("Subscribe by another Receiver: %v, want %v", err, errReceiver)
	}
}

package redis

import (
	"errors"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
)

// quiet is a Receiver that does nothing.
type quiet struct{}

func (quiet) Subscribed(string, hub.Position) {}
func (quiet) Deliver(string, ...hub.Message)  {}
func (quiet) Lost(string, error)              {}

// What comes of the confirmations that a server sends, one after the other.
func TestConfirmations(t *testing.T) {
	const joins, leaves = "subscribe", "unsubscribe"
	for _, test := range []struct {
		name   string
		orders []string
		come   []string
		phase  phase // of the subscription there is at last
		want   error
	}{
		{"confirmed", []string{joins}, []string{joins}, live, nil},
		{"not yet", []string{joins}, nil, asking, nil},
		{"not the one of the last", []string{joins, leaves, joins}, []string{joins, leaves}, asking, nil},
		{"the last", []string{joins, leaves, joins}, []string{joins, leaves, joins}, live, nil},
		{"connected again in silence", []string{joins}, []string{joins, joins}, live, errAnew},
		{"moved to another server", []string{joins}, []string{joins, leaves}, asking, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &subscriptions{names: "hub:", receiver: quiet{}, channels: make(map[string]*subscription), linking: make(chan struct{}, 1)}
			s.life.begin()
			defer s.end()
			node := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
			defer node.Close()
			l := newLink(s, node)
			defer l.pubsub.Close()
			const channel = "hub:{topic}"
			for _, order := range test.orders {
				if order == joins {
					s.channels[channel] = &subscription{topic: "topic", channel: channel, link: l, settled: make(chan struct{})}
					l.subscribe([]string{channel})
				} else {
					delete(s.channels, channel)
					l.unsubscribe([]string{channel})
				}
			}
			var err error
			for _, kind := range test.come {
				err = errors.Join(err, l.confirmed(&redis.Subscription{Kind: kind, Channel: channel}))
			}
			if !errors.Is(err, test.want) {
				t.Errorf("the link ends with %v, want %v", err, test.want)
			}
			if got := s.channels[channel].phase; got != test.phase {
				t.Errorf("the subscription is in phase %d, want %d", got, test.phase)
			}
		})
	}
}

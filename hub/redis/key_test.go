package redis

import (
	"errors"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
)

// tagOf returns what Redis Cluster makes a slot of: what is between the first { and the first } behind it, if anything.
func tagOf(key string) string {
	_, rest, found := strings.Cut(key, "{")
	tag, _, closed := strings.Cut(rest, "}")
	if !found || !closed || tag == "" {
		return key
	}
	return tag
}

// All names of a topic have the same tag, and no two topics the same one.
func TestNames(t *testing.T) {
	topics := []string{"", "%", "%25", "a", "a}", "a%7D", "{", "}", "{}", "{a}", "}a{", "{a}b", "a:b", "\x00", "\xff", " "}
	n, err := newNames("p:")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]string)
	for _, topic := range topics {
		tag := tagOf(n.channel(topic))
		if other, twice := seen[tag]; twice {
			t.Errorf("topics %q and %q have the same tag %q", topic, other, tag)
		}
		seen[tag] = topic
		for _, key := range []string{n.numbers(topic), n.stream(topic), n.id(topic, "id"), n.id(topic, "}{")} {
			if got := tagOf(key); got != tag {
				t.Errorf("topic %q: the tag of %q is %q, that of its channel is %q", topic, key, got, tag)
			}
		}
	}
	if got, want := n.id("chat", "7"), "p:{chat}:id:7"; got != want {
		t.Errorf("an ID's key is %q, want %q", got, want)
	}
}

// What cannot be used is an error.
func TestNew(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	defer client.Close()
	ring := redis.NewRing(&redis.RingOptions{})
	defer ring.Close()
	for _, test := range []struct {
		name   string
		client redis.UniversalClient
		prefix string
		want   error
	}{
		{"a brace", client, "a{b", errPrefix},
		{"a ring", ring, "", errClient},
		{"nil", nil, "", errClient},
		{"a client that is nil", (*redis.Client)(nil), "", errClient},
		{"a cluster that is nil", (*redis.ClusterClient)(nil), "", errClient},
	} {
		if _, err := NewPubSub(test.client, PubSubOptions{Prefix: test.prefix}); !errors.Is(err, test.want) {
			t.Errorf("%s: NewPubSub: %v, want %v", test.name, err, test.want)
		}
		if _, err := NewStreams(test.client, StreamsOptions{Prefix: test.prefix}); !errors.Is(err, test.want) {
			t.Errorf("%s: NewStreams: %v, want %v", test.name, err, test.want)
		}
	}
}

// An option that means nothing is named.
func TestOptions(t *testing.T) {
	client := redis.NewClient(&redis.Options{})
	defer client.Close()
	for option, o := range map[string]StreamsOptions{
		"StreamsOptions.Keep":    {Keep: -1},
		"StreamsOptions.KeepFor": {KeepFor: -1},
		"StreamsOptions.IDsFor":  {IDsFor: -1},
		"Prefix":                 {Prefix: "{"},
	} {
		_, err := NewStreams(client, o)
		if wrong := (*hub.Error)(nil); !errors.As(err, &wrong) || wrong.Option != option {
			t.Errorf("%s: %v", option, err)
		}
	}
}

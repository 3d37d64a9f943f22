package redis

import (
	"strings"

	"github.com/seed372fb791/rfc6455/hub"
)

// defaultPrefix is what names in Redis begin with.
const defaultPrefix = "hub:"

var errPrefix = &hub.Error{Text: "it must not have a {: what is in braces is the topic", Option: "Prefix"}

// names are those that a backplane has in Redis: they begin with a prefix. What belongs to a topic has it in braces, as
// a hash tag: so it is all in one slot of a cluster.
type names string

func newNames(prefix string) (names, error) {
	if strings.Contains(prefix, "{") {
		return "", errPrefix
	}
	if prefix == "" {
		prefix = defaultPrefix
	}
	return names(prefix), nil
}

func (n names) channel(topic string) string { return string(n) + "{" + escape(topic) + "}" }
func (n names) numbers(topic string) string { return n.channel(topic) + ":numbers" }
func (n names) stream(topic string) string  { return n.channel(topic) + ":messages" }
func (n names) id(topic, id string) string  { return n.channel(topic) + ":id:" + id }

// escape returns topic as a hash tag. It ends at the first }, and an empty one is none.
func escape(topic string) string {
	if topic == "" {
		return "%"
	}
	return tag.Replace(topic)
}

var tag = strings.NewReplacer("%", "%25", "}", "%7D")

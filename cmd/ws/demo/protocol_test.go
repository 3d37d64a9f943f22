package demo

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The conversation of hub/PROTOCOL.md is one that the chat has, with two processes.
func TestProtocol(t *testing.T) {
	page, err := os.ReadFile("../../../hub/PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	_, conversation, found := strings.Cut(string(page), "```text\n")
	conversation, _, _ = strings.Cut(conversation, "```")
	if !found {
		t.Fatal("there is no conversation")
	}
	b := together("", "")
	addrs := []string{serve(t, New(b[0])), serve(t, New(b[1]))}
	talk := conversed{positions: make(map[string]string), clients: make(map[string]*talker)}
	for i, line := range strings.Split(strings.TrimSpace(conversation), "\n") {
		who, what := line[:1], line[8:]
		switch c := talk.clients[who]; line[3:6] {
		case "---":
			if what == "is lost" {
				c.settled(t)
				c.CloseNow()
				continue
			}
			talk.clients[who] = &talker{visitor: visit(t, addrs[i%len(addrs)], "/ws/chat")}
		case "-->":
			c.tell("%s", talk.actual(what))
		case "<--":
			c.want(t, talk, what)
		default:
			t.Fatalf("what is this? %q", line)
		}
	}
}

// conversed is a conversation, as it is had.
type conversed struct {
	positions map[string]string // by their names in the page
	clients   map[string]*talker
}

// actual returns a message of the page with the positions that there are.
func (c conversed) actual(message string) string {
	for name, at := range c.positions {
		message = strings.ReplaceAll(message, `"`+name+`"`, `"`+at+`"`)
	}
	return message
}

// talker is a client of the conversation.
type talker struct {
	visitor
	early []toPage // what has come before its turn
}

// want waits for a message of the page. Others may come before it, and their turn later.
func (c *talker) want(t *testing.T, talk conversed, message string) {
	t.Helper()
	var want toPage
	if err := json.Unmarshal([]byte(message), &want); err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		if i == len(c.early) {
			c.early = append(c.early, hear(c.visitor, func(m toPage) bool { return m.Kind != "here" }))
		}
		m := c.early[i]
		if m.Kind != want.Kind || m.ID != want.ID {
			continue
		}
		c.early = append(c.early[:i], c.early[i+1:]...)
		if want.At != "" && talk.positions[want.At] == "" {
			talk.positions[want.At] = m.At
		}
		want.At = talk.positions[want.At]
		m.Time, want.Time = 0, 0
		if diff := cmp.Diff(want, m); diff != "" {
			t.Fatalf("(-page +chat):\n%s", diff)
		}
		return
	}
}

// settled waits until the chat has taken what was said last, which c then does not hear.
func (c *talker) settled(t *testing.T) {
	t.Helper()
	hear(c.visitor, func(m toPage) bool { return m.Kind == "taken" && m.ID != "a-1" })
}

package demo

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// longestCall bounds what a page waits for the broker.
const longestCall = 10 * time.Second

// say hands out what p says, to p as well, and tells p what has become of it. Whether it was taken may be unclear, if
// the broker does not answer: then p is disconnected, and says it again under the same id when it is back. What has
// begun does not end with p's connection.
func (c *chat) say(ctx context.Context, p *person, f fromPage) error {
	text := strings.TrimSpace(bounded(f.Text, longestText))
	if text == "" || f.ID == "" {
		return p.tell(ctx, toPage{Kind: "refused", ID: f.ID, Text: "it needs an id and a text"})
	}
	publishing, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestCall)
	defer cancel()
	data := encode(toPage{Kind: "said", ID: f.ID, Name: p.name, Text: text, Time: time.Now().UnixMilli()})
	_, err := c.talk.Publish(publishing, p.room, hub.Message{ID: f.ID, Type: websocket.Text, Data: data})
	var wrong *hub.Error
	switch {
	case err == nil:
		return p.tell(ctx, toPage{Kind: "taken", ID: f.ID})
	case errors.As(err, &wrong):
		return p.tell(ctx, toPage{Kind: "refused", ID: f.ID, Text: wrong.Text})
	}
	return tryAgain(ctx, p.conn, err)
}

// prepareTalk puts the position beside what is said: a page that comes back brings the last one along.
func prepareTalk(_ string, m hub.Message) *websocket.PreparedMessage {
	var said toPage
	if json.Unmarshal(m.Data, &said) != nil {
		return nil
	}
	said.At = m.At.String()
	return prepared(said)
}

// forgotten tells a page that the history does not reach back to what it has: much was said meanwhile, or who kept it
// was started again and knows nothing.
func forgotten(*hub.Subscriber, string) *websocket.PreparedMessage {
	return prepared(toPage{Kind: "gap"})
}

package demo

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// inspector shows connections from the inside. A page has two of them: one that is watched, and one by which it is told
// what was seen. So that there is an end to it, the other one is not watched itself.
//
// It is the second that comes first. It gets an id, and the page connects again with that: /ws/inspector?watch=ID. From
// then on a tap (tap.go) has every byte, of the opening handshake too, and package dissect takes them apart.
type inspector struct {
	reports hub.Hub // a topic for each id

	mu      sync.Mutex
	watched map[string]*watched // by id; nil while there is none
}

func newInspector() room {
	// Who reads too slowly is disconnected, comes back and begins anew: a gap in what was seen would mislead.
	i := &inspector{reports: hub.Hub{MaxQueue: 64}, watched: make(map[string]*watched)}
	return room{
		Path:  "inspector",
		Title: "Inspector",
		About: "Your own connection, frame by frame, or bytes that you paste: every bit explained with its section of the RFC, broken rules named, and all of it as a sequence diagram.",
		File:  "inspector.go",
		serve: i.serve,
		hubs:  map[string]*hub.Hub{"inspector": &i.reports},
		watch: i.watch,
	}
}

// order is a message of a page.
type order struct {
	Kind string // "paste", or something that is to be done on the watched connection, see watched.do

	Text    string // what was pasted: hex, or a fixture
	From    string // "client" or "server" has sent it
	Deflate bool   // permessage-deflate was agreed on
}

// report is a message to a page.
type report struct {
	Kind string `json:"kind"` // "hello", "pasted", "step" or "end"

	ID       string    `json:"id,omitempty"`       // hello: to be watched by
	Examples []example `json:"examples,omitempty"` // hello: what could be pasted

	Parts []*dissect.Part `json:"parts,omitempty"` // pasted, or the one part of a step
	Error string          `json:"error,omitempty"` // pasted: why it cannot be read, or not all of it
	At    int64           `json:"at"`              // step, end: in milliseconds since the connection began
	Size  int             `json:"size,omitempty"`  // step: so many bytes, too many to show
	From  string          `json:"from,omitempty"`  // step: who sent them
}

// longestPart is the most bytes that are shown of a frame.
const longestPart = 16 << 10

// limits are those of whoever receives what is taken apart.
var limits = protocol.Config{MaxMessage: longestPart}

func (i *inspector) serve(ctx context.Context, c *websocket.Conn) error {
	if id := watchID(server.Request(ctx)); id != "" {
		return i.echo(ctx, c, id)
	}
	id := rand.Text()[:12] // 60 bits: nobody guesses it, and a line of the page has room for it
	i.set(id, nil)
	defer i.forget(id)
	if _, err := i.reports.Subscriber(ctx, c).Join(ctx, id, hub.NoHistory); err != nil {
		return err
	}
	if err := c.Write(ctx, websocket.Text, encode(report{Kind: "hello", ID: id, Examples: examples})); err != nil {
		return err
	}
	slow := pace{every: 100 * time.Millisecond, burst: 20}
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		var o order
		if json.Unmarshal(m.Data, &o) != nil {
			return c.Close(ctx, websocket.ClosePolicyViolation, "no JSON")
		}
		slow.wait(ctx)
		if o.Kind == "paste" {
			if err := c.Write(ctx, websocket.Text, encode(pasted(o))); err != nil {
				return err
			}
		} else if w := i.get(id); w != nil {
			w.do(ctx, o.Kind)
		}
	}
	return nil
}

// watchID returns the id that a connection wants to be watched by, "" if it does not.
func watchID(r *http.Request) string { return r.URL.Query().Get("watch") }

// watch has a connection watched if it wants to be, and somebody is there to be told.
func (i *inspector) watch(r *http.Request, t *tap) bool {
	id := watchID(r)
	w := &watched{
		tap: t, from: r.RemoteAddr, began: time.Now(), session: dissect.NewSession(limits), open: make(chan struct{}), over: make(chan struct{}),
		report: func(what report) {
			i.reports.Publish(context.Background(), id, hub.Message{Type: websocket.Text, Data: encode(what)})
		},
	}
	if id == "" || !i.replace(id, w) {
		return false
	}
	t.open(w)
	return true
}

// echo answers each message with itself, on a connection that is watched.
func (i *inspector) echo(ctx context.Context, c *websocket.Conn, id string) error {
	w := i.get(id)
	if w == nil || w.from != server.Request(ctx).RemoteAddr {
		return c.Close(ctx, 4404, "nobody watches")
	}
	w.opened(ctx, c)
	slow := pace{every: 20 * time.Millisecond, burst: 50}
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		slow.wait(ctx)
		if err := c.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

func (i *inspector) get(id string) *watched {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.watched[id]
}

func (i *inspector) set(id string, w *watched) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.watched[id] = w
}

// replace makes w the connection that is watched by an id, and reports whether there is such an id.
func (i *inspector) replace(id string, w *watched) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if _, known := i.watched[id]; !known {
		return false
	}
	i.watched[id] = w
	return true
}

// forget ends an id and the connection that is watched by it.
func (i *inspector) forget(id string) {
	i.mu.Lock()
	w := i.watched[id]
	delete(i.watched, id)
	i.mu.Unlock()
	if w != nil {
		w.leave()
	}
}

package interop

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// patience is how long a test waits for anything, against hanging.
const patience = 10 * time.Minute

// command tells a peer what to do with its connection.
type command struct {
	Do           string             `json:"do"` // dial, send, ping, close, terminate, leave
	URL          string             `json:"url,omitempty"`
	Subprotocols []string           `json:"subprotocols,omitempty"`
	Deflate      *handshake.Deflate `json:"deflate,omitempty"` // to offer; without it the peer does as it is used to
	Type         string             `json:"type,omitempty"`    // of the message to send
	Pieces       [][]byte           `json:"pieces,omitempty"`  // of the message, a frame each
	Ping         []byte             `json:"ping,omitempty"`    // to be sent after the first piece
	Data         []byte             `json:"data"`              // of the ping
	Code         int                `json:"code,omitempty"`    // to close with, 0 for none
	Reason       string             `json:"reason,omitempty"`
}

// event is what happened at a peer.
type event struct {
	Event       string `json:"event"` // listening, open, message, pong, close, error
	Conn        int    `json:"conn"`  // counts the peer's connections
	Port        int    `json:"port"`
	Subprotocol string `json:"subprotocol"`
	Extensions  string `json:"extensions"` // of the response, if the peer is a client
	Type        string `json:"type"`
	Data        []byte `json:"data"`
	Code        int    `json:"code"` // as the peer's API reports it, 1006 included
	Reason      string `json:"reason"`
	Clean       bool   `json:"clean"`
}

func (e event) String() string {
	s := fmt.Sprintf("%s conn=%d", e.Event, e.Conn)
	switch e.Event {
	case "open":
		s += fmt.Sprintf(" subprotocol=%q extensions=%q", e.Subprotocol, e.Extensions)
	case "message", "pong":
		s += fmt.Sprintf(" %s of %d bytes: %.40q", e.Type, len(e.Data), e.Data)
	default:
		s += fmt.Sprintf(" code=%d reason=%q clean=%v", e.Code, e.Reason, e.Clean)
	}
	return s
}

// peer is the other implementation under remote control. It has one connection
// at a time.
type peer struct {
	do     func(command) error
	events chan event
	conn   int // the current connection
	can    abilities
}

// abilities are what only some peers offer.
type abilities struct {
	fragment  bool // cut a message into frames
	ping      bool
	terminate bool // end TCP without a Close frame
	close     bool // end with the closing handshake
	window    bool // keep control frames out of the window of its compression
}

// everything is what a whole WebSocket library can do.
var everything = abilities{fragment: true, ping: true, terminate: true, close: true, window: true}

func newPeer(can abilities) *peer {
	return &peer{events: make(chan event, 4096), can: can}
}

// tell gives a command.
func (p *peer) tell(t *testing.T, c command) {
	t.Helper()
	if err := p.do(c); err != nil {
		t.Fatalf("%s: %v", c.Do, err)
	}
}

// next waits for the next event, whatever it is. Late ones of an earlier
// connection are dropped.
func (p *peer) next(t *testing.T) event {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case ev, ok := <-p.events:
			if !ok {
				t.Fatal("the peer has ended")
			}
			if ev.Conn >= p.conn {
				return ev
			}
		case <-late:
			t.Fatalf("no event of the peer in %v", patience)
		}
	}
}

// opened waits until the peer has a new connection and returns what it says
// about it.
func (p *peer) opened(t *testing.T) event {
	t.Helper()
	for {
		switch ev := p.next(t); {
		case ev.Conn == p.conn: // late, of the connection before
		case ev.Event != "open":
			t.Fatalf("the peer did not connect: %v", ev)
		default:
			p.conn = ev.Conn
			return ev
		}
	}
}

// wants waits for the next event, which has to be ev.
func (p *peer) wants(t *testing.T, ev event) {
	t.Helper()
	ev.Conn = p.conn
	got := p.next(t)
	if len(got.Data) == 0 {
		got.Data = nil // JSON has several ways to say it
	}
	if len(ev.Data) == 0 {
		ev.Data = nil
	}
	if !reflect.DeepEqual(got, ev) {
		t.Fatalf("the peer's next event:\n got %v\nwant %v", got, ev)
	}
}

// wantsClosed waits for the end of the peer's connection. The reason counts
// only if we chose it.
func (p *peer) wantsClosed(t *testing.T, code websocket.CloseCode, reason string) {
	t.Helper()
	got := p.next(t)
	want := event{Event: "close", Conn: p.conn, Code: int(code), Reason: reason, Clean: true}
	if got.Event != "close" || got.Code != want.Code || got.Reason != reason || !got.Clean {
		t.Fatalf("the peer's next event:\n got %v\nwant %v", got, want)
	}
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

package demo

import (
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/websocket"
)

// told is a report as a page reads it.
type told struct {
	Kind, ID, Error, From string
	Size                  int
	Parts                 []struct {
		Kind, From, Summary, Bytes, Ignored string
		Violation                           struct{ Rule string }
	}
}

// observer is a page of the inspector.
type observer struct {
	visitor
	id string
}

func newObserver(t testing.TB, addr string) observer {
	t.Helper()
	o := observer{visitor: visit(t, addr, "/ws/inspector")}
	o.id = hear(o.visitor, func(r told) bool { return r.Kind == "hello" }).ID
	return o
}

// watched connects so that o watches it.
func (o observer) watched(addr string) visitor {
	o.Helper()
	return visit(o, addr, "/ws/inspector?watch="+o.id)
}

// wantSteps waits for steps, each given as who sent it and what it is, with the rule that it breaks.
func (o observer) wantSteps(want ...string) {
	o.Helper()
	var got []string
	for range want {
		r := hear(o.visitor, func(r told) bool { return r.Kind == "step" || r.Kind == "end" })
		line := strings.TrimSpace(r.From + " " + r.Kind)
		for _, p := range r.Parts {
			line = strings.TrimSpace(p.From + " " + p.Summary + " " + p.Violation.Rule)
		}
		if r.Size > 0 {
			line = fmt.Sprintf("%s %d bytes", r.From, r.Size)
		}
		got = append(got, strings.ReplaceAll(line, o.id, "ID"))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		o.Errorf("steps (-want +got):\n%s", diff)
	}
}

const (
	asked    = "client GET /ws/inspector?watch=ID HTTP/1.1"
	accepted = "server HTTP/1.1 101 Switching Protocols"
)

// All that passes is told, from the first byte of the opening handshake to the last of the closing one, and to nobody
// but the page that wants to know.
func TestInspectorWatches(t *testing.T) {
	addr := serve(t, New(nil))
	o, other := newObserver(t, addr), newObserver(t, addr)
	v := o.watched(addr)
	o.wantSteps(asked, accepted)
	v.tell("Hello")
	if _, data, err := v.Read(t.Context()); string(data) != "Hello" {
		t.Fatal(data, err)
	}
	o.wantSteps(`client text "Hello"`, `server text "Hello"`)
	go v.Read(t.Context())
	o.tell(`{"kind": "ping"}`)
	o.wantSteps("server ping 8 bytes", "client pong 8 bytes")
	o.tell(`{"kind": "close"}`)
	o.wantSteps(`server close 1000 (normal closure) "as you asked"`, `client close 1000 (normal closure)`, "end")
	other.watched(addr).tell("mine")
	other.wantSteps(asked, accepted, `client text "mine"`, `server text "mine"`)
}

// A breach is found by both: by who takes it apart, and by the peer.
func TestInspectorBreaches(t *testing.T) {
	addr := serve(t, New(nil))
	for how := range breaches {
		o := newObserver(t, addr)
		v := o.watched(addr)
		o.wantSteps(asked, accepted)
		o.tell(`{"kind": %q}`, how)
		_, _, err := v.Read(t.Context())
		violation, ok := err.(*websocket.ProtocolError)
		if !ok {
			t.Fatalf("%s: %v", how, err)
		}
		r := hear(o.visitor, func(r told) bool { return r.Kind == "step" })
		if got := r.Parts[0].Violation.Rule; got != violation.Rule {
			t.Errorf("%s: breaks %s, the peer says %s", how, got, violation.Rule)
		}
	}
}

func TestInspectorRefuses(t *testing.T) {
	addr := serve(t, New(nil))
	visit(t, addr, "/ws/inspector?watch=nobody").wantClosed(4404, "nobody watches")
	o := newObserver(t, addr)
	v := o.watched(addr)
	o.wantSteps(asked, accepted)
	big := strings.Repeat("x", longestPart)
	v.tell("%s", big)
	o.wantSteps(fmt.Sprintf("client %d bytes", len(big)+8), fmt.Sprintf("server %d bytes", len(big)+4))
	o.tell(`{"kind": "dance"}`)
	o.tell(`no JSON`)
	o.wantClosed(websocket.ClosePolicyViolation, "no JSON")
	for range 2 { // of two at once each is watched or refused
		o := newObserver(t, addr)
		var connected sync.WaitGroup
		for range 4 {
			connected.Go(func() {
				c, _, err := client.Dial(t.Context(), "ws://"+addr+"/ws/inspector?watch="+o.id, nil)
				if err != nil {
					t.Error(err)
					return
				}
				defer c.CloseNow()
				c.WriteText(t.Context(), "x")
				c.Read(t.Context())
			})
		}
		connected.Wait()
	}
	for { // who is watched goes with who watches
		if _, _, err := v.Read(t.Context()); err != nil {
			break
		}
	}
}

func TestInspectorPaste(t *testing.T) {
	o := newObserver(t, serve(t, New(nil)))
	for order, want := range map[string]string{
		`{"text": "81 85 37 fa 21 3d 7f 9f 4d 51 58", "from": "client"}`:                                             `text "Hello"`,
		`{"text": "81 85 37 fa 21 3d 7f 9f 4d 51 58", "from": "server"}`:                                             `text "Hello" 6455-5.1-6`,
		`{"text": "c1 07 f2 48 cd c9 c9 07 00", "deflate": true}`:                                                    `text (compressed) "Hello"`,
		`{"text": "# c\n< 88 00 | x\nevent close\n> 88 00"}`:                                                         `close`,
		`{"text": "474554202f20485454502f312e310d0a0d0a", "from": "client"}`:                                         `GET / HTTP/1.1`,
		`{"text": "474554202f20485454502f312e310d0a557067726164653a20776562736f636b65740d0a0d0a", "from": "client"}`: `GET / HTTP/1.1 6455-4.2.1-6`,
		`{"text": ""}`: "",
	} {
		o.tell(`{"kind": "paste", %s`, order[1:])
		r := hear(o.visitor, func(r told) bool { return r.Kind == "pasted" })
		got := r.Error
		for _, p := range r.Parts {
			got += strings.TrimSpace(p.Summary + " " + p.Violation.Rule)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", order, got, want)
		}
	}
	o.tell(`{"kind": "paste", "text": "8100*16000"}`)
	if r := hear(o.visitor, func(r told) bool { return r.Kind == "pasted" }); r.Error == "" {
		t.Errorf("%d parts of too many bytes", len(r.Parts))
	}
	o.tell(`{"kind": "paste", "text": "8100*8000"}`)
	if r := hear(o.visitor, func(r told) bool { return r.Kind == "pasted" }); len(r.Parts) != mostParts || r.Error == "" {
		t.Errorf("%d parts, error %q", len(r.Parts), r.Error)
	}
}

// What cannot be read is said in the page's own words, not in those of Go's errors.
func TestInspectorCannotRead(t *testing.T) {
	for text, want := range map[string]string{
		"8":                    "Line 1: a byte has two hex digits, and one is missing.",
		"81 00\n8z":            "Line 2: “z” is no hex digit.",
		"81 \x01":              "Line 1: a character is no hex digit.",
		"é":                    "Line 1: a character is no hex digit.",
		"00*":                  "Line 1: behind * there has to be how many times, as in 00*256.",
		"00*x":                 "Line 1: behind * there has to be how many times, as in 00*256.",
		"00*99999999999999999": "Line 1: behind * there has to be how many times, as in 00*256.",
		"00\n\n00*2000000":     "Line 3: there are more than 16384 bytes.",
	} {
		if got := pasted(order{Text: text}).Error; got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got := unreadable(io.ErrUnexpectedEOF); got != "this cannot be read." {
		t.Errorf("of an error that nobody knows: %s", got)
	}
}

// The examples have the bytes of their fixtures.
func TestInspectorExamples(t *testing.T) {
	for _, e := range examples {
		content, err := os.ReadFile("../../../testdata/frames/" + e.Fixture + ".txt")
		if err != nil {
			t.Error(err)
			continue
		}
		want, err := dissect.ParseInput(string(content), longestPaste)
		if err != nil {
			t.Error(err)
		}
		if got, err := dissect.ParseInput(e.Text, longestPaste); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: % x (%v), want % x", e.Title, got, err, want)
		}
	}
}

// A watcher that does not read holds up nobody. The server disconnects it when too much waits, and lets go of the
// connection that it watched when it is gone: here not before the test is over.
func TestInspectorDeafWatcher(t *testing.T) {
	addr := serveWith(t, New(nil), websocket.Options{CloseTimeout: time.Hour, Keepalive: -1})
	v := newObserver(t, addr).watched(addr)
	for range 100 {
		v.tell("%s", strings.Repeat("x", 8000))
		if _, _, err := v.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// A connection that nobody watches stays a socket, with nothing around it.
func TestTransportOfOthers(t *testing.T) {
	d, nc := New(nil), new(net.TCPConn)
	for _, path := range []string{"/ws/chat", "/ws/inspector", "/ws/inspector?watch=nobody", "/ws/nowhere"} {
		tapped := &tap{Conn: nc, undecided: true, kept: []byte("GET")}
		if got := d.Transport(httptest.NewRequest("GET", path, nil), tapped); got != nc || tapped.kept != nil {
			t.Errorf("%s: %T", path, got)
		}
	}
	if got := d.Transport(httptest.NewRequest("GET", "/ws/inspector", nil), nc); got != nc {
		t.Errorf("not from Listen: %T", got)
	}
}

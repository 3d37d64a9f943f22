package interop

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/interop/internal/programs"
	"github.com/seed372fb791/rfc6455/websocket"
)

// What ws inspect shows of a capture is what was said: by either side, in
// clear, with every peer, compressed or not. It is shown while tcpdump
// captures, and again from the file.
func TestInspect(t *testing.T) {
	programs.Find(t, "apt-get install tcpdump", "tcpdump")
	ws, err := programs.WS("../cmd/ws", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	run := func(t *testing.T, url string, p pairing) { inspect(t, ws, url, p) }
	t.Run("npm client", func(t *testing.T) { inspectClient(t, func(t *testing.T) *peer { return npmPeer(t, "client") }, run) })
	t.Run("npm server", func(t *testing.T) { inspectServer(t, npmServer, run) })
	t.Run("python client", func(t *testing.T) { inspectClient(t, func(t *testing.T) *peer { return pythonPeer(t, "client") }, run) })
	t.Run("python server", func(t *testing.T) { inspectServer(t, pythonServer, run) })
	t.Run("Chromium", func(t *testing.T) {
		p := newPage()
		hs := httptest.NewServer(p.mux)
		t.Cleanup(hs.Close)
		p.openIn(t, hs.URL)
		for _, a := range inspected(websocket.Client) {
			t.Run(a.name(), func(t *testing.T) {
				o := options(a)
				o.Origins = []string{hs.URL}
				s := serveRaw(t, false, o)
				run(t, s.url, toUs(s, s.url, p.peer, a))
			})
		}
	})
}

// inspected are the agreements with a peer: none, with context takeover and
// without.
func inspected(role websocket.Role) []agreement {
	return []agreement{{}, takeover(freely), theyTake(role)[0]}
}

func inspectClient(t *testing.T, newClient func(*testing.T) *peer, run func(*testing.T, string, pairing)) {
	for _, a := range inspected(websocket.Client) {
		t.Run(a.name(), func(t *testing.T) {
			s := serveRaw(t, false, options(a))
			run(t, s.url, toUs(s, s.url, newClient(t), a))
		})
	}
}

func inspectServer(t *testing.T, newServer func(*testing.T, *handshake.Deflate) (string, *peer), run func(*testing.T, string, pairing)) {
	for _, a := range inspected(websocket.Server) {
		t.Run(a.name(), func(t *testing.T) {
			url, them := newServer(t, a.theirs)
			run(t, url, toThem(url, them, a))
		})
	}
}

// said is a message of a side, or a Ping.
type said struct{ From, Type, Data string }

// inspect captures a connection and compares what ws inspect shows with what
// was said.
func inspect(t *testing.T, ws, url string, p pairing) {
	w := watch(t, ws, url)
	us, _ := p.open(t, nil)
	l := &link{t, us, p.them, p.frames, p.role, p.agreed}
	ours, theirs := p.role.String(), (1 - p.role).String()
	want := map[string][]said{}
	for _, text := range []string{"Hello", "Hello again, hello", "κόσμε 👋🏽", "", strings.Repeat("€", 30000)} {
		l.send(websocket.Text, []byte(text))
		l.receive(websocket.Text, []byte(text))
		want[ours] = append(want[ours], said{ours, "text", text})
		want[theirs] = append(want[theirs], said{theirs, "text", text})
	}
	for _, n := range []int{1, 126, 70000} {
		l.send(websocket.Binary, pattern(n))
		l.receive(websocket.Binary, pattern(n))
		want[ours] = append(want[ours], said{ours, "binary", string(pattern(n))})
		want[theirs] = append(want[theirs], said{theirs, "binary", string(pattern(n))})
	}
	if p.them.can.fragment {
		first, second := characters(5000), characters(7000)
		l.receive(websocket.Text, first, second)
		want[theirs] = append(want[theirs], said{theirs, "text", string(first) + string(second)})
	}
	l.whileReading(func() {
		if _, err := us.Ping(soon(t), nil); err != nil {
			t.Error(err)
		}
	})
	if err := us.Close(soon(t), websocket.CloseNormal, "bye"); err != nil {
		t.Error(err)
	}
	got := w.shown(t)
	for _, role := range []string{ours, theirs} {
		if !slices.Equal(got[role], want[role]) {
			t.Errorf("the %s said:\n%.300q\nshown:\n%.300q", role, want[role], got[role])
		}
	}
	w.checkText(t, ws, want)
}

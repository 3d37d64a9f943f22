package interop

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// link is one connection between us and a peer.
type link struct {
	*testing.T
	us     *websocket.Conn
	them   *peer
	frames *frames
	role   websocket.Role     // ours
	agreed *handshake.Deflate // nil without compression
}

type scenario struct {
	name string
	run  func(*link)
	// needs is what the peer has to be able to do.
	needs abilities
	// compresses says that both sides send what gets shorter by compression.
	compresses bool
}

// scenarios are what every peer goes through, each on a new connection.
func scenarios() []scenario {
	list := []scenario{
		{name: "text", run: texts, compresses: true},
		{name: "binary", run: binaries},
		{name: "empty", run: empty},
		{name: "records", run: records, compresses: true},
		{name: "records around a ping", run: pingedRecords, needs: abilities{window: true}},
		{name: "incompressible", run: incompressible},
		{name: "1 MiB of characters", run: mebibyte, compresses: true},
		{name: "our fragments", run: ourFragments},
		{name: "their fragments", run: theirFragments, needs: abilities{fragment: true}},
		{name: "our ping between fragments", run: ourInterruption, compresses: true},
		{name: "their ping between fragments", run: theirInterruption, needs: abilities{fragment: true, ping: true}, compresses: true},
		{name: "our ping", run: ourPing},
		{name: "their ping", run: theirPing, needs: abilities{ping: true}},
		{name: "many at once", run: many, compresses: true},
		{name: tooBigName, run: tooBig},
		{name: "we vanish", run: weVanish},
		{name: "they vanish", run: theyVanish, needs: abilities{terminate: true}},
	}
	return append(list, closings()...)
}

// testScenarios runs all scenarios of which the peer is capable.
func testScenarios(t *testing.T, p pairing) { runScenarios(t, p, scenarios()) }

// testProxied runs them with a proxy in between. A message that is too big is left out: the proxy sees our end while it
// still has bytes of the message for us, and may close the peer's side without passing our Close frame on.
func testProxied(t *testing.T, p pairing) {
	runScenarios(t, p, slices.DeleteFunc(scenarios(), func(s scenario) bool { return s.name == tooBigName }))
}

const tooBigName = "too big for us"

// testCompression runs those in which an agreement about compression can make a difference.
func testCompression(t *testing.T, p pairing) {
	runScenarios(t, p, slices.DeleteFunc(scenarios(), func(s scenario) bool { return !s.compresses }))
}

func runScenarios(t *testing.T, p pairing, list []scenario) {
	t.Run("subprotocol", func(t *testing.T) {
		checkSubprotocol(t, p, []string{"superchat", "chat"}, "chat")
		checkSubprotocol(t, p, nil, "")
	})
	for _, s := range list {
		if p.them.can.include(s.needs) {
			t.Run(s.name, func(t *testing.T) {
				us, _ := p.open(t, nil)
				l := &link{t, us, p.them, p.frames, p.role, p.agreed}
				s.run(l)
				l.checkCompression(s)
			})
		}
	}
}

func (a abilities) include(needs abilities) bool {
	return (a.fragment || !needs.fragment) && (a.ping || !needs.ping) &&
		(a.terminate || !needs.terminate) && (a.close || !needs.close) && (a.window || !needs.window)
}

// checkSubprotocol connects and compares what both sides say was chosen.
func checkSubprotocol(t *testing.T, p pairing, offer []string, want string) {
	t.Helper()
	us, opened := p.open(t, offer)
	if theirs := opened.Subprotocol; us.Subprotocol() != want || theirs != want {
		t.Errorf("offered %q: our subprotocol %q, theirs %q, want %q", offer, us.Subprotocol(), theirs, want)
	}
	if err := us.Close(soon(t), websocket.CloseNormal, ""); err != nil {
		t.Error(err)
	}
	p.them.wantsClosed(t, websocket.CloseNormal, "")
}

// send sends a message from us and sees it arrive.
func (l *link) send(typ websocket.Type, data []byte) {
	l.Helper()
	if err := l.us.Write(soon(l.T), typ, data); err != nil {
		l.Fatal(err)
	}
	l.them.wants(l.T, event{Event: "message", Type: typ.String(), Data: data})
}

// receive has a message sent by the peer and sees it arrive.
func (l *link) receive(typ websocket.Type, pieces ...[]byte) {
	l.Helper()
	l.them.tell(l.T, command{Do: "send", Type: typ.String(), Pieces: pieces})
	l.reads(typ, bytes.Join(pieces, nil))
}

// reads reads our next message.
func (l *link) reads(typ websocket.Type, want []byte) {
	l.Helper()
	gotTyp, got, err := l.us.Read(soon(l.T))
	if err != nil {
		l.Fatal(err)
	}
	if gotTyp != typ || !bytes.Equal(got, want) {
		l.Fatalf("read %v of %d bytes: %.40q, want %v of %d bytes: %.40q", gotTyp, len(got), got, typ, len(want), want)
	}
}

// texts sends text in both directions.
func texts(l *link) {
	for _, s := range []string{
		"Hello", "", "\x00", "κόσμε", "👋🏽 👩‍👩‍👧‍👦", "\U0010ffff\ufffe", strings.Repeat("€", 30000),
	} {
		l.send(websocket.Text, []byte(s))
		l.receive(websocket.Text, []byte(s))
	}
}

// binaries sends messages of the lengths around which the header changes.
func binaries(l *link) {
	for _, n := range []int{0, 1, 124, 125, 126, 127, 65535, 65536, 65537, 1 << 20} {
		l.send(websocket.Binary, pattern(n))
		l.receive(websocket.Binary, pattern(n))
	}
}

// pattern returns n bytes in which any shift shows.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return b
}

// ourFragments sends messages in frames.
func ourFragments(l *link) {
	for _, typ := range []websocket.Type{websocket.Text, websocket.Binary} {
		// An odd piece: the frames end within characters.
		whole := []byte(strings.Repeat("«€»", 3000))
		w, err := l.us.Writer(soon(l.T), typ)
		if err != nil {
			l.Fatal(err)
		}
		for rest := whole; len(rest) > 0; rest = rest[min(5001, len(rest)):] {
			if _, err := w.Write(rest[:min(5001, len(rest))]); err != nil {
				l.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			l.Fatal(err)
		}
		l.them.wants(l.T, event{Event: "message", Type: typ.String(), Data: whole})
	}
}

// theirFragments has messages sent in frames.
func theirFragments(l *link) {
	for i, typ := range []websocket.Type{websocket.Text, websocket.Binary} {
		l.receive(typ, characters(20000), hard(20000), hard(20000))
		if n := l.frames.received(protocol.OpContinuation); n < 2*(i+1) {
			l.Errorf("%d continuation frames by the end of the %v message, want at least 2 in each", n, typ)
		}
	}
}

// many sends many messages in both directions at once.
func many(l *link) {
	const n = 1000
	message := func(i int) []byte { return fmt.Appendf(nil, "%d %*d", i, i%300, i) }
	sent := make(chan error, 2)
	ctx := soon(l.T)
	go func() {
		var errs []error
		for i := range n {
			errs = append(errs, l.us.Write(ctx, websocket.Text, message(i)))
		}
		sent <- errors.Join(errs...)
	}()
	go func() {
		var errs []error
		for i := range n {
			errs = append(errs, l.them.do(command{Do: "send", Type: "text", Pieces: [][]byte{message(i)}}))
		}
		sent <- errors.Join(errs...)
	}()
	for i := range n {
		l.reads(websocket.Text, message(i))
	}
	for i := range n {
		l.them.wants(l.T, event{Event: "message", Type: "text", Data: message(i)})
	}
	if err := errors.Join(<-sent, <-sent); err != nil {
		l.Fatal(err)
	}
}

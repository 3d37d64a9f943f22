package interop

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// checkCompression checks that what the connection has carried was compressed
// if that was agreed, and only then. An end that says nothing of use on the
// matter, because too little went its way, is left out.
func (l *link) checkCompression(s scenario) {
	l.Helper()
	stats := l.us.Stats()
	read, written := l.frames.all()
	for _, d := range []struct {
		name   string
		count  websocket.CompressedStats
		frames []websocket.Header
	}{{"received", stats.Inflated, read}, {"sent", stats.Deflated, written}} {
		marked := compressed(d.frames)
		switch {
		case l.agreed == nil && (d.count.Messages != 0 || len(marked) != 0):
			l.Errorf("%s %d compressed messages, %d frames with RSV1, and no compression was agreed", d.name, d.count.Messages, len(marked))
		case l.agreed != nil && s.compresses && (d.count.Messages == 0 || d.count.Wire >= d.count.Contents):
			l.Errorf("%s: nothing was gained by compression: %+v", d.name, d.count)
		case s.compresses && int(d.count.Messages) != len(marked):
			l.Errorf("%s %d compressed messages, but %d frames with RSV1", d.name, d.count.Messages, len(marked))
		}
	}
}

// compressed returns the frames with RSV1.
func compressed(frames []websocket.Header) (list []websocket.Header) {
	for _, h := range frames {
		if h.RSV != 0 {
			list = append(list, h)
		}
	}
	return list
}

// records sends small messages that resemble each other. They come out much
// shorter with context takeover, and all alike without.
func records(l *link) {
	const n = 20
	for i := range n {
		l.send(websocket.Text, record(i))
		l.receive(websocket.Text, record(n+i))
	}
	if l.agreed == nil {
		return
	}
	serverTakes, clientTakes := !l.agreed.ServerNoContextTakeover, !l.agreed.ClientNoContextTakeover
	read, written := l.frames.all()
	if l.role == websocket.Server {
		l.checkTakeover("our", written, serverTakes)
		l.checkTakeover("their", read, clientTakes)
	} else {
		l.checkTakeover("our", written, clientTakes)
		l.checkTakeover("their", read, serverTakes)
	}
}

// pingedRecords has control frames between messages that refer to each other.
func pingedRecords(l *link) {
	for i := range 3 {
		l.send(websocket.Text, record(i))
		l.receive(websocket.Text, record(i))
		l.whileReading(func() {
			if _, err := l.us.Ping(soon(l.T), nil); err != nil {
				l.Errorf("Ping: %v", err)
			}
		})
	}
}

// record returns a message that has something in itself to compress, and more
// in one like it. The smallest window has room for that.
func record(i int) []byte {
	return fmt.Appendf(nil, `{"id":%d,"at":"1843-10-%02dT09:30:00Z","from":{"name":"Ada Lovelace","mail":"ada.lovelace@example.com"},`+
		`"to":{"name":"Charles Babbage","mail":"charles.babbage@example.com"},"büro":"zürich"}`, 100000+7919*i, 1+i%28)
}

// checkTakeover tells from the lengths of the first and the last frame whether
// the window was kept.
func (l *link) checkTakeover(whose string, frames []websocket.Header, want bool) {
	l.Helper()
	marked := compressed(frames)
	if len(marked) < 2 {
		l.Errorf("%s side has sent %d compressed frames", whose, len(marked))
		return
	}
	first, last := marked[0].Length, marked[len(marked)-1].Length
	if got := last < first/2; got != want {
		l.Errorf("%s first compressed frame has %d bytes, the last %d; context takeover: want %v", whose, first, last, want)
	}
}

// randomly returns a source of the same numbers every time.
func randomly() *rand.Rand { return rand.New(rand.NewChaCha8([32]byte{7, 69, 2})) }

// incompressible sends bytes that only get longer when they are compressed.
func incompressible(l *link) {
	source := randomly()
	for _, n := range []int{1, 2, 125, 126, 1000, 65535, 65536, 300000} {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(source.Uint32())
		}
		l.send(websocket.Binary, b)
		l.receive(websocket.Binary, b)
	}
}

// empty sends messages without contents between others.
func empty(l *link) {
	for _, typ := range []websocket.Type{websocket.Text, websocket.Binary} {
		for _, s := range []string{"", "a message", "", ""} {
			l.send(typ, []byte(s))
			l.receive(typ, []byte(s))
		}
	}
}

// mebibyte sends text of 1 MiB, the most that we take, with characters of up to
// four bytes: frames, blocks and windows end within them.
func mebibyte(l *link) {
	text := characters(1 << 20)
	l.send(websocket.Text, text)
	l.receive(websocket.Text, text)
}

// characters returns n bytes of text.
func characters(n int) []byte {
	words := strings.Fields("the of and a über Straße größer κόσμε γνῶθι σεαυτόν 世界 文字列 圧縮 👋🏽 👩‍👩‍👧‍👦 \U0010ffff 1843")
	source := randomly()
	var b []byte
	for {
		word := words[source.IntN(len(words))] + " "
		if len(b)+len(word) > n {
			return append(b, strings.Repeat(".", n-len(b))...)
		}
		b = append(b, word...)
	}
}

// hard returns n bytes of text that stays long when it is compressed.
func hard(n int) []byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	source := randomly()
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[source.IntN(len(alphabet))]
	}
	return b
}

// ourInterruption sends a message in frames with a Ping between them.
func ourInterruption(l *link) {
	pieces := [][]byte{hard(100000), characters(50000), []byte("€")}
	l.whileReading(func() {
		w, err := l.us.Writer(soon(l.T), websocket.Text)
		if err != nil {
			l.Fatal(err)
		}
		for i, piece := range pieces {
			if i == 1 {
				if _, err := l.us.Ping(soon(l.T), nil); err != nil {
					l.Errorf("Ping: %v", err)
				}
			}
			if _, err := w.Write(piece); err != nil {
				l.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			l.Fatal(err)
		}
	})
	l.them.wants(l.T, event{Event: "message", Type: "text", Data: bytes.Join(pieces, nil)})
	_, written := l.frames.all()
	l.checkInterrupted(written)
	// The read that was stopped has cost nothing, the windows are those of before.
	l.receive(websocket.Text, pieces[1])
}

// theirInterruption has a message sent in frames with a Ping between them.
func theirInterruption(l *link) {
	pieces := [][]byte{hard(100000), characters(50000), []byte("€")}
	told := make(chan error, 1)
	go func() { // a peer that waits for the Pong does so here
		told <- l.them.do(command{Do: "send", Type: "text", Pieces: pieces, Ping: []byte("in between")})
	}()
	l.reads(websocket.Text, bytes.Join(pieces, nil))
	if err := <-told; err != nil {
		l.Fatal(err)
	}
	l.them.wants(l.T, event{Event: "pong", Data: []byte("in between")})
	read, _ := l.frames.all()
	l.checkInterrupted(read)
	l.send(websocket.Text, pieces[1])
}

// checkInterrupted looks for a Ping between the frames of the first message.
func (l *link) checkInterrupted(frames []websocket.Header) {
	l.Helper()
	begun := false
	for _, h := range frames {
		switch {
		case h.Opcode == protocol.OpPing && begun:
			return
		case h.Opcode.IsControl():
		case h.Fin:
			l.Errorf("no Ping between the frames of the message")
			return
		default:
			begun = true
		}
	}
}

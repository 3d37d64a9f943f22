package replay

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/internal/leak"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// TestMain fails the tests if a goroutine or a file descriptor outlives them.
func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

const head = "# ws transcript 1\n"

// chat has a client that says Hello, compressed, and gets it back in fragments,
// between a Ping and its Pong.
var chat = head + `0 1 open
0.01 1 > ` + words("GET /chat HTTP/1.1\r\nHost: old:1\r\nOrigin: http://old:1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n") + `
0.02 1 < ` + words("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
	"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n\r\n") + `
0.03 1 > c1 87 00 00 00 00 f2 48 cd c9 c9 07 00
0.04 1 < 01 02 48 65 89 00 80 03 6c 6c 6f
0.05 1 > 8a 80 00 00 00 00
0.06 1 > 88 85 00 00 00 00 03 e8 62 79 65
0.07 1 < 88 02 03 e8
0.08 1 < end
0.09 1 > end
`

func words(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.WriteString(string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15]))
	}
	return b.String()
}

// serve starts a server, and returns its URL.
func serve(t *testing.T, o server.Options, handle func(context.Context, *websocket.Conn) error) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server.Server{Options: o, Handle: handle}
	var serving sync.WaitGroup
	serving.Go(func() { s.Serve(l) })
	t.Cleanup(func() {
		s.Close()
		serving.Wait()
	})
	return "ws://" + l.Addr().String()
}

// refuse starts a server that answers one client with text, and returns its URL.
func refuse(t *testing.T, text string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		if nc, err := l.Accept(); err == nil {
			io.WriteString(nc, text)
			nc.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, nc)
			nc.Close()
		}
	})
	t.Cleanup(func() {
		l.Close()
		serving.Wait()
	})
	return "ws://" + l.Addr().String()
}

// answering returns a handler that answers each message as f says, and closes
// with 1000.
func answering(f func(string) string) func(context.Context, *websocket.Conn) error {
	return func(ctx context.Context, c *websocket.Conn) error {
		for m, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			if text := f(string(m.Data)); text != "" {
				if err := c.WriteText(ctx, text); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

func echo(text string) string { return text }

var deflate = server.Options{Compression: websocket.Compression{Mode: websocket.NoContextTakeover}}

// replayed replays a transcript, and returns what came of it and the lines.
func replayed(t *testing.T, text, url string, patience time.Duration) (Result, string) {
	t.Helper()
	return replayedIgnoring(t, text, url, patience, new(Ignore))
}

// replayedIgnoring is replayed where some may differ.
func replayedIgnoring(t *testing.T, text, url string, patience time.Duration, ignore *Ignore) (Result, string) {
	t.Helper()
	recording, err := Read(strings.NewReader(text), *ignore)
	if err != nil {
		t.Fatal(err)
	}
	to, err := handshake.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	r := &Replay{Recording: recording, To: to, Patience: patience, Lines: &lines}
	result, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result, lines.String()
}

// A server that says the same replays green, however it masks, cuts and
// compresses; the Origin is its own.
func TestGreen(t *testing.T) {
	url := serve(t, deflate, answering(echo))
	result, lines := replayed(t, chat, url, 20*time.Second)
	if diff := cmp.Diff(Result{Connections: 1, Answers: 4}, result); diff != "" || lines != "" {
		t.Errorf("%s\n%s", diff, lines)
	}
}

// What changed in the server is told.
func TestRed(t *testing.T) {
	never := serve(t, deflate, answering(func(string) string { return "" }))
	for name, c := range map[string]struct{ url, want string }{
		"another answer": {serve(t, deflate, answering(strings.ToUpper)),
			"0.040000 1 answer 2 differs: want text \"Hello\", got text \"HELLO\": different from byte 1 on\n"},
		"no extension": {serve(t, server.Options{}, answering(echo)),
			"0.020000 1 answer 1 differs: want status 101, permessage-deflate; client_no_context_takeover; server_no_context_takeover, got status 101\n" +
				"0.040000 1 answer 2 differs: want text \"Hello\", got close 1002 (protocol error) \"protocol error\"\n" +
				"0.070000 1 answer 3 is missing: close 1000 (normal closure) \"\"\n"},
		"no answer": {never, "0.040000 1 answer 2 is missing: text \"Hello\"\n"},
		"a refusal": {refuse(t, "HTTP/1.1 403 Forbidden\r\n\r\n\x81\x05Hello"),
			"0.020000 1 answer 1 differs: want status 101, permessage-deflate; client_no_context_takeover; server_no_context_takeover, got status 403\n" +
				"0.040000 1 answers 2 to 3 are missing: text \"Hello\" and 1 more\n"},
		"a new answer": {serve(t, deflate, func(ctx context.Context, c *websocket.Conn) error {
			c.WriteText(ctx, "welcome")
			return answering(echo)(ctx, c)
		}), "0.020000 1 after answer 1, new: text \"welcome\"\n"},
		"the same once more": {serve(t, deflate, func(ctx context.Context, c *websocket.Conn) error {
			c.WriteText(ctx, "Hello")
			return answering(echo)(ctx, c)
		}), "0.040000 1 after answer 2, new: text \"Hello\"\n"},
		"it ends early": {serve(t, deflate, func(context.Context, *websocket.Conn) error { return nil }),
			"0.040000 1 answer 2 is missing: text \"Hello\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if result, lines := replayed(t, chat, c.url, time.Second/4); lines != c.want || result.Answers != 4 {
				t.Errorf("%+v\n%s\nwant:\n%s", result, lines, c.want)
			}
		})
	}
}

// The opening handshake need not be the first request, as with NTLM: each is made
// one for the new server, and each answer compared.
func TestLaterRequest(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const refusal = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"
	const agreed = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
	var hosts []string
	var serving sync.WaitGroup
	serving.Go(func() {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		defer nc.Close()
		in := bufio.NewReader(nc)
		for _, answer := range []string{refusal, agreed + "\x81\x02hi"} {
			r, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			hosts = append(hosts, r.Host)
			io.WriteString(nc, answer)
		}
	})
	ask := words("GET / HTTP/1.1\r\nHost: old:1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	text := head + "0 1 open\n0 1 > " + ask + "\n0 1 < " + words(refusal) + "\n0 1 > " + ask + "\n0 1 < " + words(agreed) + "\n0 1 < 81026869\n"
	result, lines := replayed(t, text, "ws://"+l.Addr().String(), 20*time.Second)
	serving.Wait()
	if diff := cmp.Diff(Result{Connections: 1, Answers: 3}, result); diff != "" || lines != "" {
		t.Errorf("%s\n%s", diff, lines)
	}
	if to := l.Addr().String(); len(hosts) != 2 || hosts[0] != to || hosts[1] != to {
		t.Errorf("asked for %v", hosts)
	}
}

// A client waits for what came before, on all connections: so a slow server
// replays green, and so does a chat of two.
func TestOrder(t *testing.T) {
	var mu sync.Mutex
	var all []*websocket.Conn
	url := serve(t, server.Options{}, func(ctx context.Context, c *websocket.Conn) error {
		mu.Lock()
		all = append(all, c)
		mu.Unlock()
		c.WriteText(ctx, "hi") // or it might not hear what the other says at once
		for m, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			mu.Lock()
			for _, one := range all {
				one.Write(ctx, m.Type, m.Data)
			}
			mu.Unlock()
		}
		return nil
	})
	request := words("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	response := words("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
	text := head
	for _, n := range []string{"1", "2"} {
		text += "0 " + n + " open\n0 " + n + " > " + request + "\n0 " + n + " < " + response + "8102" + words("hi") + "\n"
	}
	for i := range 100 {
		from, say := string("12"[i%2]), words(string(rune('a'+i%26)))
		text += "0 " + from + " > 818100000000" + say + "\n0 1 < 8101" + say + "\n0 2 < 8101" + say + "\n"
	}
	result, lines := replayed(t, text, url, 20*time.Second)
	if diff := cmp.Diff(Result{Connections: 2, Answers: 204}, result); diff != "" || lines != "" {
		t.Errorf("%s\n%s", diff, lines)
	}
}

// The recorded time is kept, and what is late moves what follows.
func TestTime(t *testing.T) {
	url := serve(t, server.Options{}, answering(echo))
	recording, err := Read(strings.NewReader(head+"0 1 open\n0.2 1 > end\n"), Ignore{})
	if err != nil {
		t.Fatal(err)
	}
	to, err := handshake.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	for speed, least := range map[float64]time.Duration{1: 200 * time.Millisecond, 4: 50 * time.Millisecond, 0: 0} {
		begin := time.Now()
		r := &Replay{Recording: recording, To: to, Speed: speed, Patience: time.Second, Lines: io.Discard}
		if _, err := r.Run(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took < least {
			t.Errorf("speed %v: took %v", speed, took)
		}
	}
}

// A context ends all waiting.
func TestContext(t *testing.T) {
	url := serve(t, server.Options{}, answering(echo))
	to, err := handshake.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"0 1 open\n3600 1 > end\n", "0 1 open\n0 1 < end\n"} {
		recording, err := Read(strings.NewReader(head+text), Ignore{})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		r := &Replay{Recording: recording, To: to, Speed: 1, Patience: time.Hour, Lines: io.Discard}
		if _, err := r.Run(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      `no transcript: the first line is not "# ws transcript 1"`,
		head:                                    "no connection is in the transcript",
		head + "0 1 > 00\n":                     "connection 1 is not opened",
		head + "0 1 < 00\n":                     "connection 1 is not opened",
		head + "0 1 open\n0 1 open\n":           "connection 1 opens twice",
		head + "0 1 open\nnonsense\n":           `line 3: "nonsense" is no time in seconds with six decimals at most`,
		head + "0 1 open\n0 1 > 00\n0 1 > 0":    "",
		head + "0 1 open\n0 1 < 000102030405\n": "",
	} {
		_, err := Read(strings.NewReader(text), Ignore{})
		if err == nil && want != "" || err != nil && err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// Whatever a transcript says, what is read of it makes sense.
func FuzzRead(f *testing.F) {
	f.Add(chat)
	f.Add(head + "0 1 open\n0 2 open\n0 2 < 8100\n0 1 > 00\n0 1 < reset\n")
	f.Fuzz(func(t *testing.T, text string) {
		recording, err := Read(strings.NewReader(text), Ignore{})
		if err != nil {
			return
		}
		open, answered := make(map[int]bool), make(map[int]int)
		for _, turn := range recording.turns {
			open[turn.conn] = true
			for _, conn := range turn.after {
				answered[conn]++
			}
			for conn, n := range answered {
				if !open[conn] || n > len(recording.answers[conn]) {
					t.Errorf("%d answers on connection %d before %+v", n, conn, turn)
				}
			}
		}
	})
}

package proxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math/rand"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
	"github.com/seed372fb791/rfc6455/cmd/ws/wire"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/internal/golden"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
)

// A compressed chat is shown in clear, and all of it recorded.
func TestChat(t *testing.T) {
	compression := protocol.Compression{Mode: protocol.ContextTakeover, Threshold: -1}
	var record, mermaid bytes.Buffer
	s := start(t, &Proxy{Record: &record, Mermaid: &mermaid}, echo(t, server.Options{Compression: compression, Subprotocols: []string{"chat"}}))
	c := s.dial(&client.Options{Compression: compression, Subprotocols: []string{"chat"}})
	for _, text := range []string{"Hello", "Hello again", strings.Repeat("long ", 50)} {
		if err := c.WriteText(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		if _, got, err := c.Read(t.Context()); string(got) != text || err != nil {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if err := c.Close(t.Context(), protocol.CloseNormal, "bye"); err != nil {
		t.Fatal(err)
	}
	s.await("> end")
	s.await("< end")
	golden.Check(t, "testdata/chat.txt", s.told())
	golden.Check(t, "testdata/chat.mmd", mermaid.String())
	var kinds []transcript.Kind
	for r := transcript.NewReader(&record); ; {
		e, err := r.Next()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, e.Kind)
	}
	want := []transcript.Kind{transcript.Open}
	for range 10 {
		want = append(want, transcript.Bytes)
	}
	want = append(want, transcript.End, transcript.End)
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
}

// Whatever the bytes, they arrive as they were sent, with and without an opening
// handshake before them, and the end after them.
func TestBytesPassUnchanged(t *testing.T) {
	for name, heads := range map[string][2]string{
		"HTTP":      {response, request},
		"refusal":   {"HTTP/1.1 403 Forbidden\r\n\r\n", request},
		"no HTTP":   {"", ""},
		"bad heads": {"HTTP/1.1 101\nfoo\r\n\r\n", "GET / HTTP/1.0\r\nHost\r\n\r\n"},
	} {
		for _, p := range []*Proxy{{}, {RewriteHost: true, ToServer: Faults{Delay: 1}, ToClient: Faults{Drop: 1 << 30}}} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				_, c, srv := peers(t, p)
				random := rand.New(rand.NewSource(1))
				for from, nc := range []net.Conn{srv, c} {
					other := []net.Conn{c, srv}[from]
					all := make([]byte, 1<<20)
					random.Read(all)
					head := heads[from]
					want := head
					if p.RewriteHost {
						want = strings.Replace(head, "127.0.0.1:1", p.To.Host, 1)
					}
					go func() {
						io.WriteString(nc, head)
						nc.Write(all)
						nc.(*net.TCPConn).CloseWrite()
					}()
					got, err := io.ReadAll(other)
					if err != nil || !bytes.Equal(got, append([]byte(want), all...)) {
						t.Errorf("%d bytes of %d, %v", len(got), len(want)+len(all), err)
					}
				}
			})
		}
	}
}

// What is broken is named and passed on.
func TestBrokenPeers(t *testing.T) {
	for name, c := range map[string]struct {
		client, server []string // after the opening handshakes
		want           []string
	}{
		"not masked":        {[]string{"\x81\x02Hi"}, nil, []string{`1 > text "Hi" - broken: a frame from the client is not masked [6455-5.1-3]`}},
		"after that":        {[]string{"\x81\x02Hi", "\x81\x00"}, nil, []string{`1 > text "Hi" - broken: a frame from the client is not masked [6455-5.1-3]`, `1 > text "" (ignored [6455-7.1.7-7])`}},
		"an endless Ping":   {nil, []string{"\x89\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", "data"}, []string{`1 < ping "", cut short - broken: a control frame has more than 125 bytes of payload [6455-5.5-2]`, "1 < no frames, number of bytes: 4"}},
		"an endless length": {nil, []string{"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", "data"}, []string{`1 < binary 0 bytes, cut short - broken: the most significant bit of the payload length is set [6455-5.2-11]`, "1 < no frames, number of bytes: 4"}},
		"a cut frame":       {[]string{"\x81\x85\x00\x00\x00\x00Hi"}, nil, []string{`1 > text "Hi", cut short`}},
		"a cut long frame":  {nil, []string{"\x82\x7f\x00\x00\x00\x00\x00\x02\x00\x00" + strings.Repeat("x", 70000)}, []string{"1 < binary 70000 bytes, cut short"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, cl, srv := peers(t, &Proxy{})
			say(t, cl, srv, request)
			say(t, srv, cl, response)
			for _, text := range c.client {
				say(t, cl, srv, text)
			}
			for _, text := range c.server {
				say(t, srv, cl, text)
			}
			want := append([]string{
				"1 open ws://HOST from HOST",
				"1 > GET /chat HTTP/1.1, Host: HOST",
				"1 < HTTP/1.1 101 Switching Protocols",
			}, c.want...)
			s.wantTold(want...)
		})
	}
}

// Each side's end is passed on by itself, over TCP and TLS.
func TestHalfClose(t *testing.T) {
	s, c, srv := peers(t, &Proxy{})
	say(t, c, srv, request)
	c.CloseWrite()
	hearEnd(t, srv)
	say(t, srv, c, response+"\x81\x02Hi")
	srv.CloseWrite()
	hearEnd(t, c)
	s.await("< end")
	s.wantTold("1 open ws://HOST from HOST", "1 > GET /chat HTTP/1.1, Host: HOST", "1 > end",
		"1 < HTTP/1.1 101 Switching Protocols", `1 < text "Hi"`, "1 < end")
}

// A side that cuts the connection cuts it for the other.
func TestReset(t *testing.T) {
	for from, direction := range []string{"<", ">"} {
		t.Run(direction, func(t *testing.T) {
			s, c, srv := peers(t, &Proxy{})
			say(t, c, srv, request)
			ends := []*net.TCPConn{srv, c}
			ends[from].SetLinger(0)
			ends[from].Close()
			if _, err := ends[1-from].Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("%v, want a reset", err)
			}
			s.await("reset")
			s.wantTold("1 open ws://HOST from HOST", "1 > GET /chat HTTP/1.1, Host: HOST", "1 "+direction+" reset")
		})
	}
}

// Who does not read slows down who sends: what is under way is bounded.
func TestBackpressure(t *testing.T) {
	_, c, srv := peers(t, &Proxy{})
	const most = 64 << 20
	say(t, c, srv, request+string(protocol.AppendHeader(nil, protocol.Header{Opcode: protocol.OpBinary, Masked: true, Length: 4 * most})))
	c.SetWriteDeadline(time.Now().Add(time.Second))
	sent, err := io.Copy(c, io.LimitReader(zeros{}, 4*most))
	if sent > most || !isTimeout(err) {
		t.Errorf("%d bytes under way, %v", sent, err)
	}
	c.CloseWrite()
	if got, err := io.Copy(io.Discard, srv); got != sent || err != nil {
		t.Errorf("%d bytes of %d arrived, %v", got, sent, err)
	}
}

func isTimeout(err error) bool {
	var late net.Error
	return errors.As(err, &late) && late.Timeout()
}

// zeros reads as zeros.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A frame of 64 MiB goes through without being held, and a message of 16 MiB in
// many frames while it is recorded.
func TestMemory(t *testing.T) {
	const mib = 1 << 20
	t.Run("long frame", func(t *testing.T) {
		told, held := through(t, &Proxy{}, protocol.Header{Fin: true, Opcode: protocol.OpText, Length: 64 * mib})
		if want := `1 < text "` + strings.Repeat(`\x00`, shownData) + "\"…, 67108864 bytes\n"; !strings.Contains(told, want) || held > 32*mib {
			t.Errorf("%d MiB held, told:\n%s", held/mib, told)
		}
	})
	t.Run("many frames", func(t *testing.T) {
		var record counter
		frames := []protocol.Header{{Opcode: protocol.OpBinary, Length: mib}}
		for i := range 15 {
			frames = append(frames, protocol.Header{Opcode: protocol.OpContinuation, Length: mib, Fin: i == 14})
		}
		told, held := through(t, &Proxy{Record: &record}, frames...)
		if !strings.Contains(told, "1 < binary (more follows) 1048576 bytes\n") || !strings.Contains(told, "1 < continuation (last) 1048576 bytes\n") || held > 32*mib {
			t.Errorf("%d MiB held, told:\n%s", held/mib, told)
		}
		if record < 16*mib/(16<<10) {
			t.Errorf("%d bytes recorded", record)
		}
	})
}

// through sends frames of zeros through p, and returns what is told and how
// many bytes of memory were held more than before.
func through(t *testing.T, p *Proxy, frames ...protocol.Header) (told string, held int64) {
	s, c, srv := peers(t, p)
	say(t, c, srv, request)
	say(t, srv, c, response)
	go io.Copy(io.Discard, c)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for _, h := range frames {
		srv.Write(protocol.AppendHeader(nil, h))
		for range h.Length >> 20 {
			io.Copy(srv, io.LimitReader(zeros{}, 1<<20))
			runtime.GC() // garbage is not held
			runtime.ReadMemStats(&now)
			held = max(held, int64(now.HeapAlloc)-int64(before.HeapAlloc))
		}
	}
	srv.Close()
	s.await("< end")
	return s.told(), held
}

// counter counts what is written.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// A client is told when there is no server.
func TestNoServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	s := start(t, &Proxy{}, "ws://"+l.Addr().String())
	_, refusal, err := client.Dial(t.Context(), "ws://"+s.addr, nil)
	if err == nil || refusal == nil || refusal.StatusCode != http.StatusBadGateway {
		t.Fatalf("%v, %v", refusal, err)
	}
	body, _ := io.ReadAll(refusal.Body)
	if want := "Bad Gateway: ws proxy cannot reach ws://" + l.Addr().String(); !strings.HasPrefix(string(body), want) {
		t.Errorf("%q", body)
	}
	s.wantTold("1 open ws://HOST from HOST", "1 > proxy: cannot reach ws://HOST: connect: connection refused")
}

// A file that cannot be written is said once, and the connections go on.
func TestOutputFails(t *testing.T) {
	var failed []string
	p := &Proxy{Record: full{}, Mermaid: full{}, Lines: full{}, OnError: func(err error) { failed = append(failed, err.Error()) }}
	_, c, srv := peers(t, p)
	say(t, c, srv, request)
	say(t, srv, c, response)
	p.Close()
	want := []string{"the diagram ends here: full", "nothing more is recorded: full", "nothing more is shown: full"}
	if diff := cmp.Diff(want, failed); diff != "" {
		t.Error(diff)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

// Closing the proxy ends all connections, and what is delayed never comes.
func TestClose(t *testing.T) {
	p := &Proxy{ToServer: Faults{Delay: time.Hour}}
	_, c, srv := peers(t, p)
	io.WriteString(c, request)
	p.Close()
	for _, nc := range []net.Conn{c, srv} {
		if n, err := nc.Read(make([]byte, 1)); n != 0 || err == nil || isTimeout(err) {
			t.Errorf("%d bytes, %v", n, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	newDelay(ctx, time.Hour, nil).end()
}

// A proxy that is closed on the way to the server does not blame the server: the
// client gets no answer, and nothing is told of it.
func TestCloseWhileConnecting(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 10 {
		s := start(t, &Proxy{TLS: new(tls.Config)}, "wss://"+l.Addr().String())
		c := s.raw()
		nc, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		hear(t, prepared(t, nc), "\x16") // the server never answers the TLS handshake
		s.wantTold("1 open wss://HOST from HOST")
		if n, err := c.Read(make([]byte, 1)); n != 0 || err == nil || isTimeout(err) {
			t.Errorf("%d bytes, %v", n, err)
		}
	}
}

// What is no WebSocket goes through and is named.
func TestPlainHTTP(t *testing.T) {
	s, c, srv := peers(t, &Proxy{})
	say(t, c, srv, "GET /page HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n")
	say(t, srv, c, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello")
	srv.CloseWrite()
	hearEnd(t, c)
	c.CloseWrite()
	hearEnd(t, srv)
	s.wantTold("1 open ws://HOST from HOST", "1 > GET /page HTTP/1.1, Host: HOST - no WebSocket", "1 < HTTP/1.1 200 OK",
		"1 < body, 5 bytes", "1 < end", "1 > end")
}

// Over TLS, too, each end is passed on by itself, and a cut is a cut.
func TestTLS(t *testing.T) {
	site := httptest.NewTLSServer(nil)
	site.Close()
	config := &tls.Config{Certificates: site.TLS.Certificates, InsecureSkipVerify: true}
	for last, do := range map[string]func(*tls.Conn){
		"1 < reset": func(srv *tls.Conn) { wire.Cut(srv) },
		"1 < end":   func(srv *tls.Conn) { srv.Close() },
	} {
		inner, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l := tls.NewListener(inner, config)
		defer l.Close()
		s := startOn(t, &Proxy{TLS: config}, "wss://"+l.Addr().String(), config)
		c := tls.Client(s.raw(), config)
		go c.Handshake()
		nc, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		prepared(t, nc.(*tls.Conn).NetConn())
		srv := nc.(*tls.Conn)
		say(t, c, srv, request)
		c.CloseWrite()
		hearEnd(t, srv)
		say(t, srv, c, response+"\x81\x02Hi")
		do(srv)
		if _, err := c.Read(make([]byte, 1)); err == nil || (err == io.EOF) == (last == "1 < reset") {
			t.Errorf("%s: %v", last, err)
		}
		s.await(last[2:])
		s.wantTold("1 open wss://HOST from HOST", "1 > GET /chat HTTP/1.1, Host: HOST", "1 > end",
			"1 < HTTP/1.1 101 Switching Protocols", `1 < text "Hi"`, last)
	}
}

// In a diagram of several each client has a line of its own.
func TestDiagramOfTwo(t *testing.T) {
	var mermaid bytes.Buffer
	s := start(t, &Proxy{Mermaid: &mermaid}, echo(t, server.Options{}))
	for _, last := range []string{"1 > end", "2 > end"} { // one after the other
		c := s.dial(nil)
		if err := c.Close(t.Context(), protocol.CloseNormal, ""); err != nil {
			t.Fatal(err)
		}
		s.await(last)
	}
	s.told()
	for _, want := range []string{"    C->>S: GET / HTTP/1.1\n", "    participant C2 as Client 2\n    C2->>S: GET / HTTP/1.1\n", "    S-->>C2: close 1000 (normal closure)\n    Note over C2,S: the server ends\n"} {
		if !strings.Contains(mermaid.String(), want) {
			t.Errorf("%s\nwant in it: %s", &mermaid, want)
		}
	}
}

// A broken opening handshake that the server accepts is no reason to look away.
func TestBrokenOpening(t *testing.T) {
	for name, c := range map[string]struct{ request, response, told, answered string }{
		"a key of 18 bytes": {strings.Replace(request, "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZS4u", 1), strings.Replace(response, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", handshake.AcceptKey("dGhlIHNhbXBsZSBub25jZS4u"), 1),
			" - broken: Sec-WebSocket-Key is not base64 of 16 bytes [6455-4.2.1-10]", ""},
		"a wrong answer": {request, strings.Replace(response, "s3p", "s4p", 1), "", " - broken: Sec-WebSocket-Accept does not answer the key [6455-4.1-43]"},
		"no subprotocol": {request, strings.Replace(response, "\r\n\r\n", "\r\nSec-WebSocket-Protocol: \r\n\r\n", 1), "", ", Sec-WebSocket-Protocol: "},
	} {
		t.Run(name, func(t *testing.T) {
			s, cl, srv := peers(t, &Proxy{})
			say(t, cl, srv, c.request)
			say(t, srv, cl, c.response)
			say(t, cl, srv, "\x81\x82\x00\x00\x00\x00Hi")
			say(t, srv, cl, "\x81\x03yes")
			s.wantTold("1 open ws://HOST from HOST", "1 > GET /chat HTTP/1.1, Host: HOST"+c.told, "1 < HTTP/1.1 101 Switching Protocols"+c.answered, `1 > text "Hi"`, `1 < text "yes"`)
		})
	}
}

// The opening handshake may be any request of a connection: what is shown,
// faults and hosts go by it.
func TestLaterRequest(t *testing.T) {
	const page, answer = "GET /page HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello"
	const refusal = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 2\r\n\r\nno"
	for _, p := range []*Proxy{{}, {RewriteHost: true, ToServer: Faults{Drop: 2}, ToClient: Faults{Fragment: 1}}} {
		s, c, srv := peers(t, p)
		send := func(text string) {
			t.Helper()
			io.WriteString(c, text)
			if p.RewriteHost {
				text = strings.Replace(text, "127.0.0.1:1", p.To.Host, 1)
			}
			hear(t, srv, text)
		}
		send(page)
		say(t, srv, c, answer)
		send(strings.Replace(page, "GET", "HEAD", 1))
		say(t, srv, c, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
		send(request)
		say(t, srv, c, refusal)
		send(request)
		say(t, srv, c, response)
		want := []string{"1 open ws://HOST from HOST",
			"1 > GET /page HTTP/1.1, Host: HOST - no WebSocket", "1 < HTTP/1.1 200 OK", "1 < body, 5 bytes",
			"1 > HEAD /page HTTP/1.1, Host: HOST - no WebSocket", "1 < HTTP/1.1 200 OK",
			"1 > GET /chat HTTP/1.1, Host: HOST", "1 < HTTP/1.1 401 Unauthorized", "1 < body, 2 bytes",
			"1 > GET /chat HTTP/1.1, Host: HOST", "1 < HTTP/1.1 101 Switching Protocols"}
		const one, two = "\x81\x80aaaa", "\x82\x80aaaa"
		io.WriteString(c, one+two+one)
		io.WriteString(srv, "\x81\x02Hi")
		if p.RewriteHost {
			hear(t, srv, one+one)
			hear(t, c, "\x01\x01H\x80\x01i")
			s.await("> proxy: message 2 was dropped")
			s.await(`continuation (last) "i"`)
			continue
		}
		hear(t, srv, one+two+one)
		hear(t, c, "\x81\x02Hi")
		s.await(`< text "Hi"`)
		s.await("> binary 0 bytes")
		if told := s.told(); !strings.HasPrefix(told, strings.Join(want, "\n")+"\n") {
			t.Errorf("told:\n%s\nwant:\n%s", told, strings.Join(want, "\n"))
		}
	}
}

// A long body is one line, however it comes, and is not held.
func TestLongBody(t *testing.T) {
	s, c, srv := peers(t, &Proxy{})
	say(t, c, srv, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	go func() {
		io.WriteString(srv, "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n")
		io.Copy(srv, io.LimitReader(zeros{}, 10000000))
		io.WriteString(srv, "HTTP/1.1 200 OK\r\n\r\nabc")
		srv.CloseWrite()
	}()
	io.Copy(io.Discard, c)
	c.CloseWrite()
	s.await("> end")
	if told := s.told(); !strings.HasSuffix(told, "1 < HTTP/1.1 200 OK\n1 < body, 10000000 bytes\n1 < HTTP/1.1 200 OK\n1 < end\n1 > end\n1 < body, 3 bytes\n") {
		t.Errorf("told:\n%s", told)
	}
}

package proxy

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/internal/leak"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// TestMain fails the tests if a goroutine or a file descriptor outlives them.
func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// bound is more than anything takes.
const bound = time.Minute

// stand is a proxy that runs.
type stand struct {
	*Proxy
	testing.TB
	addr  string
	lines lines
	text  string // taken from lines
}

// lines has what was told and not yet looked at.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// start runs p in front of the server at to, until the test ends.
func start(t testing.TB, p *Proxy, to string) *stand { return startOn(t, p, to, nil) }

// startOn is start for clients that speak TLS, if config is not nil.
func startOn(t testing.TB, p *Proxy, to string, config *tls.Config) *stand {
	t.Helper()
	s := &stand{Proxy: p, TB: t, lines: make(lines, 1<<16)}
	u, err := handshake.ParseURL(to)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.To, s.addr = u, l.Addr().String()
	if p.Lines == nil {
		p.Lines = s.lines
	}
	if p.OnError == nil {
		p.OnError = func(err error) { t.Error(err) }
	}
	if config != nil {
		l = tls.NewListener(l, config)
	}
	p.Start(l)
	t.Cleanup(p.Close)
	return s
}

// await waits until text has been told.
func (s *stand) await(text string) {
	s.Helper()
	for late := time.After(bound); !strings.Contains(s.text, text); {
		select {
		case more := <-s.lines:
			s.text += more
		case <-late:
			s.Fatalf("told:\n%s\nwant in it: %s", s.text, text)
		}
	}
}

// told closes the proxy and returns its lines without times and ports.
func (s *stand) told() string {
	s.Proxy.Close()
	close(s.lines)
	for more := range s.lines {
		s.text += more
	}
	text := regexp.MustCompile(`(?m)^\d+\.\d{6} `).ReplaceAllString(s.text, "")
	return regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(text, "HOST")
}

// wantTold compares the lines.
func (s *stand) wantTold(want ...string) {
	s.Helper()
	if got := s.told(); got != strings.Join(want, "\n")+"\n" {
		s.Errorf("told:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
}

// dial connects a client to the proxy.
func (s *stand) dial(o *client.Options) *websocket.Conn {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	c, _, err := client.Dial(ctx, "ws://"+s.addr+"/", o)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { c.CloseNow() })
	return c
}

// raw connects a client that is only TCP.
func (s *stand) raw() *net.TCPConn {
	s.Helper()
	nc, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.Fatal(err)
	}
	return prepared(s, nc)
}

// prepared bounds what is done with nc.
func prepared(t testing.TB, nc net.Conn) *net.TCPConn {
	nc.SetDeadline(time.Now().Add(bound))
	t.Cleanup(func() { nc.Close() })
	return nc.(*net.TCPConn)
}

// echo starts a server that sends back what comes, and returns its URL.
func echo(t testing.TB, o server.Options) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Conn.MaxMessage = 1 << 30
	s := &server.Server{Options: o, Handle: func(ctx context.Context, c *websocket.Conn) error {
		for m, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			if err := c.Write(ctx, m.Type, m.Data); err != nil {
				return err
			}
		}
		return nil
	}}
	var serving sync.WaitGroup
	serving.Go(func() { s.Serve(l) })
	t.Cleanup(func() {
		s.Close()
		serving.Wait()
	})
	return "ws://" + l.Addr().String()
}

// peers returns both ends of a connection through a proxy, of which nothing is
// known but bytes.
func peers(t testing.TB, p *Proxy) (s *stand, c, srv *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s = start(t, p, "ws://"+l.Addr().String())
	c = s.raw()
	nc, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return s, c, prepared(t, nc)
}

// The opening handshakes of raw peers.
const (
	request = "GET /chat HTTP/1.1\r\nHost: 127.0.0.1:1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)

// say writes to nc what has to arrive at other.
func say(t testing.TB, nc, other net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(nc, text); err != nil {
		t.Fatal(err)
	}
	hear(t, other, text)
}

// hear reads what has to be text.
func hear(t testing.TB, nc net.Conn, text string) {
	t.Helper()
	got := make([]byte, len(text))
	if n, err := io.ReadFull(nc, got); err != nil || string(got) != text {
		t.Fatalf("%q, %v, want %q", got[:n], err, text)
	}
}

// hearEnd checks that nothing follows.
func hearEnd(t testing.TB, nc net.Conn) {
	t.Helper()
	if n, err := nc.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Fatalf("%d bytes, %v, want the end", n, err)
	}
}

package interop

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// frames records the headers of the frames that our side received and sent.
type frames struct {
	mu            sync.Mutex
	read, written []websocket.Header
}

func (f *frames) trace() *websocket.Trace {
	note := func(list *[]websocket.Header) func(*websocket.Conn, websocket.Header) {
		return func(_ *websocket.Conn, h websocket.Header) {
			f.mu.Lock()
			defer f.mu.Unlock()
			*list = append(*list, h)
		}
	}
	return &websocket.Trace{FrameRead: note(&f.read), FrameWritten: note(&f.written)}
}

// reset forgets the frames.
func (f *frames) reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.read, f.written = nil, nil
}

// all returns the frames since reset.
func (f *frames) all() (read, written []websocket.Header) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.read), slices.Clone(f.written)
}

// received returns how many frames of the opcode were received since reset.
func (f *frames) received(op protocol.Opcode) (n int) {
	read, _ := f.all()
	for _, h := range read {
		if h.Opcode == op {
			n++
		}
	}
	return n
}

// ourServer is our server, whose connections a test takes from conns.
type ourServer struct {
	*server.Server
	url     string // of the WebSocket
	conns   chan *websocket.Conn
	refused chan error
	frames  frames
}

func newServer(o server.Options) *ourServer {
	s := &ourServer{conns: make(chan *websocket.Conn, 1), refused: make(chan error, 16)}
	o.Conn.Trace = s.frames.trace()
	s.Server = server.Handler(func(ctx context.Context, c *websocket.Conn) error {
		s.conns <- c
		<-ctx.Done() // the connection is the test's, until it has been closed
		return nil
	}, &o)
	s.OnError = func(_ *http.Request, err error) { s.refused <- err }
	s.Fallback = http.NotFoundHandler() // no handshake gets there, whatever a front has made of it
	return s
}

// accepted returns the next connection.
func (s *ourServer) accepted(t *testing.T) *websocket.Conn {
	t.Helper()
	select {
	case c := <-s.conns:
		return c
	case err := <-s.refused:
		t.Fatalf("our server refused the connection: %v", err)
	case <-time.After(patience):
		t.Fatalf("our server got no connection in %v", patience)
	}
	return nil
}

// serveHTTP serves /ws through net/http, and the rest with more.
func serveHTTP(t *testing.T, secure bool, o server.Options, more http.Handler) *ourServer {
	s := newServer(o)
	mux := http.NewServeMux()
	mux.Handle("/ws", s)
	if more != nil {
		mux.Handle("/", more)
	}
	hs := httptest.NewUnstartedServer(mux)
	if secure {
		hs.StartTLS()
	} else {
		hs.Start()
	}
	t.Cleanup(hs.Close)
	t.Cleanup(func() { s.Close() })
	s.url = "ws" + strings.TrimPrefix(hs.URL, "http") + "/ws"
	return s
}

// serveRaw serves without net/http.
func serveRaw(t *testing.T, secure bool, o server.Options) *ourServer {
	t.Helper()
	s := newServer(o)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "ws://" + l.Addr().String() + "/ws"
	serve := func() error { return s.Serve(l) }
	if secure {
		s.url = "wss" + strings.TrimPrefix(s.url, "ws")
		s.TLSConfig = &tls.Config{Certificates: selfSigned(t)}
		serve = func() error { return s.ServeTLS(l, "", "") }
	}
	done := make(chan error)
	go func() { done <- serve() }()
	t.Cleanup(func() {
		s.Close()
		if err := <-done; err != server.ErrServerClosed {
			t.Errorf("Serve: %v", err)
		}
	})
	return s
}

// selfSigned returns a certificate for 127.0.0.1: httptest's.
func selfSigned(t *testing.T) []tls.Certificate {
	hs := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(hs.Close)
	return hs.TLS.Certificates
}

// dial connects our client to the URL and returns the extensions of the
// response, too.
func dial(t *testing.T, f *frames, url string, offer []string, c websocket.Compression) (*websocket.Conn, string) {
	t.Helper()
	o := &client.Options{Subprotocols: offer, Compression: c, Proxy: client.NoProxy}
	o.Conn.Trace = f.trace()
	conn, response, err := client.Dial(soon(t), url, o)
	if err != nil {
		t.Fatal(err)
	}
	return conn, response.Header.Get("Sec-WebSocket-Extensions")
}

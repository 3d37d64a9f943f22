package load

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// through loads a server at url.
func through(url string, timeout time.Duration) Load {
	return Load{
		Dial: func(ctx context.Context) (*websocket.Conn, error) {
			c, _, err := client.Dial(ctx, url, &client.Options{HandshakeTimeout: timeout})
			return c, err
		},
		Conns: 2, Type: websocket.Binary, Size: 10, Pipeline: 1, Duration: time.Minute,
	}
}

// raw is a server whose handler has the bytes after the opening handshake.
func raw(t *testing.T, then func(net.Conn)) (url string) {
	return page(t, func(w http.ResponseWriter, r *http.Request) {
		nc, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer nc.Close()
		response, err := handshake.AppendResponse(nil, handshake.Response{Key: r.Header.Get("Sec-WebSocket-Key")})
		if err != nil {
			t.Error(err)
		}
		nc.Write(response)
		nc.Read(make([]byte, 100)) // the message
		then(nc)
	})
}

// page is a server of HTTP.
func page(t *testing.T, handle http.HandlerFunc) (url string) {
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return "ws" + strings.TrimPrefix(s.URL, "http") + "/"
}

// sends is a server that answers with some bytes and then waits for the end.
func sends(t *testing.T, answer string) (url string) {
	return raw(t, func(nc net.Conn) {
		io.WriteString(nc, answer)
		io.Copy(io.Discard, nc)
	})
}

func TestFailures(t *testing.T) {
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	for name, c := range map[string]struct {
		url  string
		want Failure
	}{
		"nobody there":   {"ws://" + nobody.Addr().String() + "/", Failure{Refused, "", 2}},
		"refused":        {page(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }), Failure{Handshake, "status 503", 2}},
		"no handshake":   {page(t, hangUp), Failure{Handshake, "no answer", 2}},
		"another answer": {page(t, wrongAccept), Failure{Handshake, "Upgrade is not websocket [6455-4.1-39]", 2}},
		"no TLS":         {"wss" + strings.TrimPrefix(page(t, hangUp), "ws"), Failure{TLS, "tls: first record does not look like a TLS handshake", 2}},
		"closed":         {sends(t, "\x88\x02\x03\xe9"), Failure{Closed, "1001 (going away)", 2}},
		"lost":           {raw(t, func(nc net.Conn) {}), Failure{Lost, "unexpected EOF", 2}},
		"a broken rule":  {sends(t, "\x83\x00"), Failure{Protocol, "reserved opcode 0x3 [6455-5.2-6]", 2}},
		"another type":   {sends(t, "\x81\x0a0123456789"), Failure{Wrong, "another type", 2}},
		"another length": {sends(t, "\x82\x0b0123456789a"), Failure{Wrong, "another length", 2}},
		"other contents": {sends(t, "\x82\x0a0123456789"), Failure{Wrong, "other contents", 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := through(c.url, 0).Run(t.Context())
			all := slices.DeleteFunc(r.Failures, func(f Failure) bool { return f.Kind == NoAnswer }) // to what was in flight
			if diff := cmp.Diff([]Failure{c.want}, all); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	if nc, _, err := http.NewResponseController(w).Hijack(); err == nil {
		nc.Close()
	}
}

func wrongAccept(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Upgrade", "other")
	w.WriteHeader(http.StatusSwitchingProtocols)
}

// A message that nothing was sent for is no answer.
func TestUnasked(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server.Server{Handle: func(ctx context.Context, c *websocket.Conn) error {
		c.WriteText(ctx, "welcome")
		_, _, err := c.Read(ctx)
		return err
	}}
	go s.Serve(l)
	defer s.Close()
	load := through("ws://"+l.Addr().String()+"/", 0)
	load.Ramp = 100 * time.Millisecond // the first one's comes before the load begins
	r := load.Run(t.Context())
	if r.Failures[0].Kind != Wrong && r.Failures[1].Kind != Wrong {
		t.Errorf("%+v", r.Failures)
	}
}

// A server that accepts and does not answer.
func TestHandshakeTimeout(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := through("ws://"+l.Addr().String()+"/", 50*time.Millisecond).Run(t.Context())
	if diff := cmp.Diff([]Failure{{Timeout, "handshake", 2}}, r.Failures); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

package rfc6455_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/internal/race"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// counted try limits by their rows in SECURITY.md: each does what is bounded n times, or with n bytes, against a limit
// that is set, 0 for the default, and returns the error of the limit.
var counted = map[string]func(t *testing.T, set, n int) error{
	"websocket.Options.MaxMessage": func(_ *testing.T, _, n int) error {
		return receive(websocket.Options{}, frame(protocol.OpBinary, true, n))
	},
	"websocket.Options.MaxFragments": func(_ *testing.T, _, n int) error {
		first, more := frame(protocol.OpBinary, false, 0), frame(protocol.OpContinuation, false, 0)
		return receive(websocket.Options{}, slices.Concat(first, bytes.Repeat(more, n-2), frame(protocol.OpContinuation, true, 0)))
	},
	"websocket.Options.MaxPings": func(_ *testing.T, _, n int) (err error) {
		e := protocol.NewEndpoint(websocket.Server, nil, nil, nil)
		e.Blocked()
		e.Receive(bytes.Repeat(frame(protocol.OpPing, true, 0), n))
		for ev := new(protocol.Event); err == nil && e.Next(ev); {
			err = e.Answer(ev)
		}
		return err
	},
	"websocket.Options.MaxFrames": func(t *testing.T, set, n int) error {
		_, err := withPeer(t, websocket.Options{MaxFrames: set}, func(c *websocket.Conn, peer net.Conn) error {
			go io.Copy(io.Discard, peer)
			go func() {
				peer.Write(bytes.Repeat(frame(protocol.OpPing, true, 0), n))
				peer.Write(frame(protocol.OpBinary, true, 0))
			}()
			_, _, err := c.Read(t.Context())
			return err
		})
		return err
	},
	"websocket.Options.MaxQueued": func(t *testing.T, _, n int) error {
		_, err := withPeer(t, websocket.Options{}, func(c *websocket.Conn, _ net.Conn) error { return queue(t, c, n) })
		return err
	},
	"server.Options.MaxHeaderBytes": func(t *testing.T, _, n int) error {
		return open(t, new(server.Server), padded(request, n))
	},
	"server.Options.MaxHeaderLines": func(t *testing.T, _, n int) error {
		return open(t, new(server.Server), lined(request, n))
	},
	"server.Server.MaxConns": func(t *testing.T, set, n int) error {
		return open(t, &server.Server{MaxConns: set}, slices.Repeat([]string{request}, n)...)
	},
	"server.Server.MaxConnsPerAddress": func(t *testing.T, set, n int) error {
		return open(t, &server.Server{MaxConnsPerAddress: set}, slices.Repeat([]string{request}, n)...)
	},
	"server.Server.MaxHandshakes": handshakes,
	"client.Options.MaxHeaderBytes": func(_ *testing.T, _, n int) error {
		_, err := dial(client.Options{}, func(r *http.Request) string { return padded(acceptance(r), n) })
		return err
	},
	"client.Options.MaxHeaderLines": func(_ *testing.T, _, n int) error {
		_, err := dial(client.Options{}, func(r *http.Request) string { return lined(acceptance(r), n) })
		return err
	},
	"client.Options.MaxRedirects": func(_ *testing.T, _, n int) error {
		_, err := dial(client.Options{}, func(r *http.Request) string {
			if n--; n < 0 {
				return acceptance(r)
			}
			return "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
		})
		return err
	},
	"interim responses before the response": func(_ *testing.T, _, n int) error {
		_, err := dial(client.Options{}, func(r *http.Request) string {
			return strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", n) + acceptance(r)
		})
		return err
	},
	"body of a refusal that is kept": func(_ *testing.T, _, n int) error {
		resp, _ := dial(client.Options{}, func(*http.Request) string {
			return fmt.Sprintf("HTTP/1.1 403 Forbidden\r\nContent-Length: %d\r\n\r\n%s", n, strings.Repeat("x", n))
		})
		if kept, _ := io.Copy(io.Discard, resp.Body); int(kept) < n {
			return errCut
		}
		return nil
	},
	"client.Outbox.MaxMessages": func(t *testing.T, _, n int) error {
		return post(t, client.Outbox{}, slices.Repeat([]int{1}, n)...)
	},
	"client.Outbox.MaxBytes": func(t *testing.T, _, n int) error {
		return post(t, client.Outbox{MaxMessages: 10}, n-1, 1)
	},
	"hub.Hub.MaxTopics": func(_ *testing.T, _, n int) (err error) {
		h := hub.Hub{History: 1, Linger: time.Second}
		if race.Enabled { // which takes long over so many
			h.MaxTopics = 100
			n -= 1<<16 - h.MaxTopics
		}
		for i := range n {
			_, err = h.Publish(context.Background(), strconv.Itoa(i), hub.Message{Type: websocket.Text})
		}
		return err
	},
	"hub.Hub.MaxJoined": func(t *testing.T, _, n int) (err error) {
		c, peer := websocket.Pipe(websocket.Options{}, websocket.Options{})
		defer peer.CloseNow()
		defer c.CloseNow()
		s := new(hub.Hub).Subscriber(t.Context(), c)
		defer s.Close()
		for i := range n {
			_, err = s.Join(t.Context(), strconv.Itoa(i), hub.NoHistory)
		}
		return err
	},
}

// timed try times by their rows: each waits for the limit and returns how long that took, and its error.
var timed = map[string]func(t *testing.T) (time.Duration, error){
	"websocket.Options.Keepalive": func(t *testing.T) (time.Duration, error) {
		took, err := withPeer(t, websocket.Options{}, func(c *websocket.Conn, peer net.Conn) error {
			go io.Copy(io.Discard, peer)
			_, _, err := c.Read(t.Context())
			return err
		})
		return took / 2, err // until the Ping, and from then on
	},
	"websocket.Options.WriteTimeout": func(t *testing.T) (time.Duration, error) {
		return withPeer(t, websocket.Options{}, func(c *websocket.Conn, _ net.Conn) error {
			return c.Write(t.Context(), websocket.Binary, make([]byte, 1<<20))
		})
	},
	"websocket.Options.FrameTimeout": func(t *testing.T) (time.Duration, error) {
		return withPeer(t, websocket.Options{Keepalive: -1}, func(c *websocket.Conn, peer net.Conn) error {
			go peer.Write([]byte{0x82})
			_, _, err := c.Read(t.Context())
			return err
		})
	},
	"websocket.Options.CloseTimeout": func(t *testing.T) (time.Duration, error) {
		return withPeer(t, websocket.Options{}, func(c *websocket.Conn, peer net.Conn) error {
			go io.Copy(io.Discard, peer)
			return c.Close(t.Context(), websocket.CloseNormal, "")
		})
	},
	"server.Options.HandshakeTimeout": func(t *testing.T) (time.Duration, error) {
		began := time.Now()
		err := open(t, new(server.Server), strings.TrimSuffix(request, "\r\n"))
		return time.Since(began), err
	},
	"client.Options.HandshakeTimeout": func(*testing.T) (time.Duration, error) {
		began := time.Now()
		_, err := dial(client.Options{}, func(*http.Request) string { return "" })
		return time.Since(began), err
	},
	"time for the body of a refusal": func(*testing.T) (time.Duration, error) {
		began := time.Now()
		_, err := dial(client.Options{}, func(*http.Request) string {
			return "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nx"
		})
		return time.Since(began), err
	},
	"client.ReconnectOptions.HookTimeout": func(t *testing.T) (time.Duration, error) {
		s, took := waiting(t, client.ReconnectOptions{BeforeDial: func(ctx context.Context) (string, *client.Options, error) {
			<-ctx.Done()
			return "", nil, ctx.Err()
		}})
		return took, s.Err
	},
	"client.ReconnectOptions.MaxRetryAfter": func(t *testing.T) (time.Duration, error) {
		s, _ := waiting(t, client.ReconnectOptions{FirstDelay: 1, Dial: client.Options{DialContext: answering(func(*http.Request) string {
			return "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\r\n"
		})}})
		return time.Until(s.Until), s.Err
	},
	"hub.Hub.Linger": func(t *testing.T) (time.Duration, error) {
		var h hub.Hub
		c, peer := websocket.Pipe(websocket.Options{}, websocket.Options{})
		defer peer.CloseNow()
		defer c.CloseNow()
		s := h.Subscriber(t.Context(), c)
		if _, err := s.Join(t.Context(), "topic", hub.NoHistory); err != nil {
			t.Fatal(err)
		}
		s.Close()
		began := time.Now()
		for h.Stats().Topics > 0 {
			time.Sleep(time.Second)
			synctest.Wait()
		}
		return time.Since(began), nil
	},
}

// A connection ends with 1001 when it has come to the age of MaxAge, or to nine tenths of that.
func TestSecurityMaxAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server.Server{MaxAge: time.Hour, Handle: func(ctx context.Context, c *websocket.Conn) error {
			_, _, err := c.Read(ctx)
			return err
		}}
		l := listener{make(chan net.Conn), make(chan struct{})}
		go s.Serve(l)
		defer s.Close()
		c, _, err := client.Dial(t.Context(), "ws://server.example.com", &client.Options{
			Proxy: client.NoProxy,
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				ours, theirs := net.Pipe()
				l.conns <- theirs
				return ours, nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, _, err = c.Read(t.Context())
		if took := time.Since(began); websocket.CloseStatus(err) != websocket.CloseGoingAway || took < 54*time.Minute || took > time.Hour {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// frame returns a client's frame with n bytes of zeros, the key being zero, too.
func frame(op protocol.Opcode, fin bool, n int) []byte {
	b := protocol.AppendHeader(nil, websocket.Header{Fin: fin, Opcode: op, Masked: true, Length: uint64(n)})
	return append(b, make([]byte, n)...)
}

// canned is a transport on which everything has arrived.
type canned struct{ *bytes.Reader }

func (canned) Write(p []byte) (int, error) { return len(p), nil }
func (canned) Close() error                { return nil }

// receive has a server read a message, and returns how that ends.
func receive(o websocket.Options, wire []byte) error {
	c := websocket.NewConn(canned{bytes.NewReader(wire)}, websocket.Server, websocket.Setup{}, o)
	defer c.CloseNow()
	_, _, err := c.Read(context.Background())
	return err
}

// withPeer runs f with a server's connection and its peer's end, and returns how long it took.
func withPeer(t *testing.T, o websocket.Options, f func(*websocket.Conn, net.Conn) error) (time.Duration, error) {
	ours, peer := net.Pipe()
	defer peer.Close()
	c := websocket.NewConn(ours, websocket.Server, websocket.Setup{}, o)
	defer c.CloseNow()
	began := time.Now()
	err := f(c, peer)
	return time.Since(began), err
}

// queue has messages wait to be written that have n bytes on the wire, but for the header of the last one, and returns
// why that finds no place.
func queue(t *testing.T, c *websocket.Conn, n int) error {
	const size, header = 10_000, 4
	for ; n > size; n -= size + header {
		go c.Write(t.Context(), websocket.Binary, make([]byte, size))
		synctest.Wait()
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	err := c.Write(ctx, websocket.Binary, make([]byte, n))
	if errors.Is(err, websocket.ErrNotSent) {
		return err
	}
	return nil // it waits to be written
}

// request is an opening handshake.
const request = "GET / HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

// acceptance is the answer to r.
func acceptance(r *http.Request) string {
	return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
		handshake.AcceptKey(r.Header.Get("Sec-WebSocket-Key")) + "\r\n\r\n"
}

// padded returns a head that is made n bytes long.
func padded(head string, n int) string {
	head = strings.TrimSuffix(head, "\r\n") + "X: \r\n\r\n"
	return strings.Replace(head, "X: ", "X: "+strings.Repeat("x", n-len(head)), 1)
}

// lined returns a head with n fields.
func lined(head string, n int) string {
	has := strings.Count(head, "\r\n") - 2
	return strings.TrimSuffix(head, "\r\n") + strings.Repeat("X: x\r\n", n-has) + "\r\n"
}

// open sends each of the requests over a connection of its own and returns why the last one was refused, nil if it was
// not. The connections stay until then.
func open(t *testing.T, s *server.Server, requests ...string) (err error) {
	refused := make(chan error, len(requests))
	s.Handle = func(ctx context.Context, c *websocket.Conn) error { _, _, err := c.Read(ctx); return err }
	s.OnError = func(_ *http.Request, err error) { refused <- err }
	l := listener{make(chan net.Conn), make(chan struct{})}
	go s.Serve(l)
	defer s.Close()
	for _, text := range requests {
		ours, theirs := net.Pipe()
		defer ours.Close()
		l.conns <- theirs
		go io.WriteString(ours, text)
		answer, readErr := http.ReadResponse(bufio.NewReader(ours), nil)
		if readErr != nil {
			t.Fatal(readErr)
		}
		synctest.Wait()
		if answer.StatusCode == http.StatusSwitchingProtocols {
			continue
		}
		err = <-refused
		if known := (*handshake.Error)(nil); !errors.As(err, &known) || known.Status != answer.StatusCode {
			t.Errorf("answered %s, but the error is %v", answer.Status, err)
		}
	}
	return err
}

// listener is a listener in memory.
type listener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l listener) Accept() (net.Conn, error) {
	select {
	case nc := <-l.conns:
		return nc, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l listener) Close() error {
	select {
	case <-l.closed:
	default:
		close(l.closed)
	}
	return nil
}

func (l listener) Addr() net.Addr { return &net.UnixAddr{Name: "memory"} }

// handshakes begins n handshakes through net/http that do not end, and returns why one was refused.
func handshakes(t *testing.T, set, n int) error {
	ended, refused := make(chan struct{}), make(chan error, n)
	s := &server.Server{MaxHandshakes: set, Handle: func(context.Context, *websocket.Conn) error { return nil }}
	s.Check = func(*http.Request, http.Header) error { <-ended; return errCut }
	s.OnError = func(_ *http.Request, err error) { refused <- err }
	defer synctest.Wait()
	defer close(ended)
	for range n {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(request)))
		if err != nil {
			t.Fatal(err)
		}
		go s.ServeHTTP(httptest.NewRecorder(), r)
	}
	synctest.Wait()
	select {
	case err := <-refused:
		return err
	default:
		return nil
	}
}

// answering is a DialContext that leads to a server which answers each request, and stays.
func answering(answer func(*http.Request) string) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			if r, err := http.ReadRequest(bufio.NewReader(theirs)); err == nil {
				io.WriteString(theirs, answer(r))
				io.Copy(io.Discard, theirs)
			}
		}()
		return ours, nil
	}
}

// dial connects to a server that answers so.
func dial(o client.Options, answer func(*http.Request) string) (*http.Response, error) {
	o.DialContext, o.Proxy = answering(answer), client.NoProxy
	c, resp, err := client.Dial(context.Background(), "ws://server.example.com", &o)
	if err == nil {
		c.CloseNow()
	}
	return resp, err
}

// post writes messages of the given sizes while there is no connection.
func post(t *testing.T, o client.Outbox, sizes ...int) (err error) {
	o.Full = client.OverflowFails
	r, err := client.NewReconnecting("ws://server.example.com", &client.ReconnectOptions{Outbox: o, Dial: nowhere})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(t.Context(), websocket.CloseNormal, "")
	for _, n := range sizes {
		err = r.Write(t.Context(), websocket.Binary, make([]byte, n))
	}
	return err
}

// nowhere leads nowhere.
var nowhere = client.Options{Proxy: client.NoProxy, DialContext: func(context.Context, string, string) (net.Conn, error) {
	return nil, io.EOF
}}

// waiting returns the state of a Reconnecting when its first attempt has failed, and after what time.
func waiting(t *testing.T, o client.ReconnectOptions) (client.State, time.Duration) {
	failed := make(chan client.State, 1)
	o.OnState = func(s client.State) {
		if s.Phase == client.PhaseWaiting {
			select {
			case failed <- s:
			default:
			}
		}
	}
	o.Dial.Proxy = client.NoProxy
	began := time.Now()
	r, err := client.NewReconnecting("ws://server.example.com", &o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(t.Context(), websocket.CloseNormal, "")
	return <-failed, time.Since(began)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// drainTime bounds the end: the closing handshakes of all connections.
const drainTime = 3 * time.Second

// serveOptions are the flags of ws serve.
type serveOptions struct {
	addr         string
	certificate  certificate
	origins      origins
	subprotocols list
	readLimit    int64
	compression  compression
}

func newServe() *command {
	o, fs := new(serveOptions), newFlags()
	fs.StringVar(&o.addr, "addr", "127.0.0.1:8080", "listen on `host:port`; port 0 takes a free one, no host all interfaces")
	o.certificate.add(fs)
	o.origins.add(fs)
	fs.Var(&o.subprotocols, "subprotocol", "agree to this subprotocol `name`; may be repeated, or a list with commas")
	fs.Int64Var(&o.readLimit, "read-limit", 16<<20, "close connections that send a message of more `bytes` (close code 1009)")
	o.compression.add(fs, "agree to", "server_max_window_bits", "client_max_window_bits")
	o.compression.addBudget(fs)
	return &command{
		name: "serve",
		does: "answers WebSocket connections, to try clients with",
		about: `Each message is sent back to where it came from. On the path /broadcast it is
sent to all connections on that path, the sender included; who does not read
what is sent there is disconnected with close code 1013. A browser that opens
the server's address gets a page to try both with.

It can be reached from this machine only: -addr :8080 takes connections from
other devices too.

` + aboutOrigins + `
Ctrl-C closes all connections with close code 1001 and waits for them a few
seconds; a second Ctrl-C does not wait. The exit status is 0 after the first,
130 after the second, 1 if the server could not run or connections had to be
cut, 2 for wrong arguments.
`,
		examples: []example{
			{"ws serve -addr :9000 -origin https://example.com", "for all interfaces, and for the pages of example.com"},
			{"ws serve -tls-self-signed -compress", "for wss; ws connect then needs -insecure"},
		},
		flags: fs,
		groups: []group{
			{"Server", []string{"addr", "origin", "subprotocol", "read-limit"}},
			certificateFlags,
			budgetFlags,
		},
		run: o.run,
	}
}

// run serves until a signal comes.
func (o *serveOptions) run(_ []string, env environment) error {
	if err := o.check(); err != nil {
		return err
	}
	config, err := o.certificate.config(o.addr)
	if err != nil {
		return err
	}
	l, err := listenTCP("-addr", o.addr)
	if err != nil {
		return err
	}
	s := o.server(env)
	s.TLSConfig = config
	fmt.Fprintln(env.stdout, o.invitation(l.Addr().(*net.TCPAddr)))
	serve := func() error { return s.Serve(l) }
	if config != nil {
		serve = func() error { return s.ServeTLS(l, "", "") }
	}
	return untilSignal(s, serve, drainTime, env.signals)
}

// listenTCP listens for connections on the address that a flag has. Pings keep
// watch over them, so TCP's own keepalive would be four system calls for each in
// vain.
func listenTCP(flag, addr string) (net.Listener, error) {
	config := net.ListenConfig{KeepAlive: -1}
	l, err := config.Listen(context.Background(), "tcp", addr)
	return l, hintTaken(err, flag, addr)
}

// wsaEADDRINUSE is how Windows says that an address is in use.
const wsaEADDRINUSE = syscall.Errno(10048)

// hintTaken returns err, why nobody can listen on addr, with what to do about it if
// somebody does already.
func hintTaken(err error, flag, addr string) error {
	if !errors.Is(err, syscall.EADDRINUSE) && !errors.Is(err, wsaEADDRINUSE) {
		return err
	}
	host, _, _ := net.SplitHostPort(addr)
	return fmt.Errorf("%s is in use already: choose another port with %s, or a free one with %s %s",
		addr, flag, flag, net.JoinHostPort(host, "0"))
}

// check finds mistakes in the flags that would show only later.
func (o *serveOptions) check() error {
	if err := o.certificate.check(); err != nil {
		return err
	}
	if o.readLimit <= 0 {
		return badUsage("-read-limit has to be positive")
	}
	if err := o.origins.check(); err != nil {
		return err
	}
	return o.compression.check()
}

// server returns the server that the flags describe.
func (o *serveOptions) server(env environment) *server.Server {
	everybody := newRoom()
	return &server.Server{
		Options: server.Options{
			Conn:         websocket.Options{MaxMessage: o.readLimit},
			Origins:      o.origins.list,
			Subprotocols: o.subprotocols,
			Compression:  o.compression.options(),
			OnError:      complain(env.stderr),
		},
		Handle:   func(ctx context.Context, c *websocket.Conn) error { return handlerFor(ctx, everybody)(c) },
		Fallback: pages(),
	}
}

// handlerFor returns what serves the path that a client has asked for. Inlined
// it would take room on the stacks of all connections.
//
//go:noinline
func handlerFor(ctx context.Context, everybody *room) func(*websocket.Conn) error {
	if server.Request(ctx).URL.Path == "/broadcast" {
		return everybody.serve
	}
	return echo
}

// complain returns what tells stderr of requests that go wrong. One that the end
// of the server overtakes has not.
func complain(stderr io.Writer) func(*http.Request, error) {
	return func(r *http.Request, err error) {
		if !errors.Is(err, server.ErrServerClosed) {
			fmt.Fprintf(stderr, "ws: %s\n", complaint(r, err))
		}
	}
}

// complaint says what went wrong with a request, which may be nil.
func complaint(r *http.Request, err error) string {
	var refused *handshake.Error
	switch {
	case r == nil:
		return line(err)
	case errors.As(err, &refused) && refused.Status == http.StatusForbidden:
		return fmt.Sprintf("%s: origin %q refused, -origin allows it", r.RemoteAddr, r.Header.Get("Origin"))
	}
	return r.RemoteAddr + ": " + line(err)
}

// echo sends back what comes until the connection ends. What came with one
// read leaves with one write. The end of the connection interrupts it, so it
// needs no context.
func echo(c *websocket.Conn) error {
	ctx := context.Background()
	answers := c.Batch()
	for m, err := range c.BorrowMessages(ctx) {
		if err != nil {
			return err
		}
		if err := answers.Write(ctx, m.Type, m.Data); err != nil {
			return err
		}
	}
	return nil
}

// invitation says where the server listens and how to try it.
func (o *serveOptions) invitation(at *net.TCPAddr) string {
	where, host := listening(at)
	secure, flags := "", ""
	if o.certificate.cert != "" || o.certificate.selfSigned {
		secure = "s"
	}
	if o.certificate.selfSigned {
		flags = " -insecure"
	}
	return fmt.Sprintf("%s: open http%s://%s/ or run: ws connect%s ws%s://%s/", where, secure, host, flags, secure, host)
}

// listening says where a server listens and by which host and port this machine
// reaches it.
func listening(at *net.TCPAddr) (where, host string) {
	if at.IP.IsUnspecified() {
		return "listening on all interfaces", fmt.Sprintf("localhost:%d", at.Port)
	}
	return "listening", at.String()
}

// untilSignal has s serve until a signal comes, and end as drain says.
func untilSignal(s *server.Server, serve func() error, bound time.Duration, signals <-chan os.Signal) error {
	failed := make(chan error, 1)
	go func() { failed <- serve() }()
	select {
	case err := <-failed:
		s.Close()
		return err
	case <-signals:
		return drain(s, bound, signals)
	}
}

// drain ends s gracefully within bound, or at once when another signal comes.
func drain(s *server.Server, bound time.Duration, signals <-chan os.Signal) error {
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	drained := make(chan error, 1)
	go func() { drained <- s.Shutdown(ctx) }()
	select {
	case err := <-drained:
		if errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("connections were cut that did not close within %v", bound)
		}
		return err
	case again := <-signals:
		cancel()
		<-drained
		return interrupted(again)
	}
}

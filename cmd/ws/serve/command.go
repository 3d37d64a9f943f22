package serve

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/compression"
	"github.com/seed372fb791/rfc6455/cmd/ws/listen"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// drainTime bounds the end: the closing handshakes of all connections.
const drainTime = 3 * time.Second

// flags are the flags of ws serve.
type flags struct {
	addr         string
	certificate  listen.Certificate
	origins      listen.Origins
	subprotocols command.List
	readLimit    int64
	maxHeader    command.Number
	exec         string
	compression  compression.Flags
}

// Command returns ws serve.
func Command() *command.Command {
	o, fs := new(flags), command.NewFlags()
	fs.StringVar(&o.addr, "addr", "127.0.0.1:8080", "listen on `host:port`; port 0 takes a free one, no host all interfaces")
	o.certificate.Add(fs)
	o.origins.Add(fs)
	fs.Var(&o.subprotocols, "subprotocol", "agree to this subprotocol `name`; may be repeated, or a list with commas")
	fs.Int64Var(&o.readLimit, "read-limit", 16<<20, "close connections that send a message of more `bytes` (close code 1009)")
	o.maxHeader = command.Number{Value: 16 << 10, Least: 1, Most: 1 << 20}
	fs.Var(&o.maxHeader, "max-header", "refuse requests with a header of more `bytes` (status 431)")
	fs.StringVar(&o.exec, "exec", "", "run this shell `command` for each connection, in place of an echo: messages become lines of\nits stdin, lines of its stdout become messages")
	o.compression.Add(fs, "agree to", "server_max_window_bits", "client_max_window_bits")
	o.compression.AddBudget(fs)
	return &command.Command{
		Name: "serve",
		Does: "answers WebSocket connections, to try clients with",
		About: `Each message is sent back to where it came from. On the path /broadcast it is
sent to all connections on that path, the sender included; who does not read
what is sent there is disconnected with close code 1013. A browser that opens
the server's address gets a page to try both with.

With -exec a command talks with each client, on any path, and nothing is echoed.
Its end closes the connection, with 1000 if its exit status is 0 and 1011 if not.
The end of the connection is the end of its stdin; if it still runs after a
second it and what it has started get SIGTERM, and SIGKILL after another one.
What it prints on stderr is printed here, behind the client's address. Whoever
does not read, command or client, holds up the other. A binary message closes
the connection with 1003, one that has line endings with 1008. Messages to a
command that has closed its stdin are dropped. Its environment has REMOTE_ADDR,
REMOTE_PORT, REQUEST_URI, PATH_INFO, QUERY_STRING, HTTPS=on with TLS, a variable
such as HTTP_ORIGIN or HTTP_USER_AGENT for each field of the request, and
WS_SUBPROTOCOL for the subprotocol agreed to.

It can be reached from this machine only: -addr :8080 takes connections from
other devices too.

` + listen.AboutOrigins + `
Ctrl-C closes all connections with close code 1001 and waits for them a few
seconds; a second Ctrl-C does not wait. The exit status is 0 after the first,
130 after the second, 1 if the server could not run or connections had to be
cut, 2 for wrong arguments.
`,
		Examples: []command.Example{
			{Line: "ws serve -addr :9000 -origin https://example.com", Purpose: "for all interfaces, and for the pages of example.com"},
			{Line: "ws serve -tls-self-signed -exec 'while read line; do date; done'", Purpose: "answers each message with the time, by wss; ws connect then needs -insecure"},
		},
		Flags: fs,
		Groups: []command.Group{
			{Title: "Server", Flags: []string{"addr", "origin", "subprotocol", "read-limit", "max-header", "exec"}},
			listen.CertificateGroup,
			compression.BudgetGroup,
		},
		Run: o.run,
	}
}

// run serves until a signal comes.
func (o *flags) run(_ []string, env command.Environment) error {
	if err := o.check(); err != nil {
		return err
	}
	config, err := o.certificate.Config(o.addr)
	if err != nil {
		return err
	}
	l, err := listen.TCP("-addr", o.addr)
	if err != nil {
		return err
	}
	s, endAll := o.server(env)
	defer endAll()
	s.TLSConfig = config
	fmt.Fprintln(env.Stdout, o.invitation(l.Addr().(*net.TCPAddr)))
	serve := func() error { return s.Serve(l) }
	if config != nil {
		serve = func() error { return s.ServeTLS(l, "", "") }
	}
	return listen.UntilSignal(s, serve, drainTime, env.Signals)
}

// check finds mistakes in the flags that would show only later.
func (o *flags) check() error {
	if err := o.certificate.Check(); err != nil {
		return err
	}
	if o.readLimit <= 0 {
		return command.BadUsage("-read-limit has to be positive")
	}
	if err := o.origins.Check(); err != nil {
		return err
	}
	return o.compression.Check()
}

// server returns the server that the flags describe, and what ends all that it has
// started.
func (o *flags) server(env command.Environment) (s *server.Server, endAll func()) {
	s = &server.Server{
		Options: server.Options{
			Conn:         websocket.Options{MaxMessage: o.readLimit},
			Origins:      o.origins.List,
			Subprotocols: o.subprotocols,
			Compression:  o.compression.Options(),
			OnError:      listen.Complain(env),

			MaxHeaderBytes: int(o.maxHeader.Value),
			MaxHeaderLines: int(o.maxHeader.Value), // no flag is needed for what the bytes bound
		},
		Fallback: pages(),
	}
	if o.exec != "" {
		commands := newPrograms(o.exec, env.Stderr)
		s.Handle = commands.serve
		return s, commands.end
	}
	everybody := newRoom()
	s.Handle = func(ctx context.Context, c *websocket.Conn) error { return handlerFor(ctx, everybody)(c) }
	return s, func() {}
}

// handlerFor returns what serves the path that a client has asked for. Inlined
// it would take room on the stacks of all connections.
//
//go:noinline
func handlerFor(ctx context.Context, everybody *room) func(*websocket.Conn) error {
	if server.Request(ctx).URL.Path == "/broadcast" {
		return everybody.serve
	}
	return Echo
}

// invitation says where the server listens and how to try it.
func (o *flags) invitation(at *net.TCPAddr) string {
	where, host := listen.Place(at)
	secure, flags := "", ""
	if o.certificate.Cert != "" || o.certificate.SelfSigned {
		secure = "s"
	}
	if o.certificate.SelfSigned {
		flags = " -insecure"
	}
	return fmt.Sprintf("%s: open http%s://%s/ or run: ws connect%s ws%s://%s/", where, secure, host, flags, secure, host)
}

package demo

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/listen"
	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// drainTime bounds the end of ws demo: pages answer at once, and who does
// not read would hold it up in vain.
const drainTime = time.Second

// readLimit is more than the pages send.
const readLimit = 64 << 10

// Command returns ws demo.
func Command() *command.Command {
	fs, allowed := command.NewFlags(), new(listen.Origins)
	addr := fs.String("addr", "127.0.0.1:8080", "listen on `host:port`; port 0 takes a free one, no host all interfaces")
	backplane := fs.String("backplane", "", "connect the chat with that of other processes by the broker at `URL`")
	observed := fs.String("metrics", "", "serve metrics for Prometheus on `host:port`, at /metrics")
	allowed.Add(fs)
	return &command.Command{
		Name: "demo",
		Does: "shows what WebSocket is for, in a browser",
		About: `It serves small programs to try with two browser windows: the start page says
what there is. Everything is in memory and ends with the process; nobody is
asked who they are.

It can be reached from this machine only. With -addr :8080 a phone in the same
network reaches it too, by the address that is printed.

With -backplane several processes have one chat, by a broker that keeps what was
said: redis://127.0.0.1:6379, rediss: for TLS, or nats://127.0.0.1:4222 with
JetStream, of a cluster nats://a:4222,b:4222?replicas=3. A page says which
process it is connected to, and goes on at another one if that dies. All else
stays in each process. wsnats is ws with a NATS server in it, for -backplane nats.

With -metrics 127.0.0.1:9090 operators see at http://127.0.0.1:9090/metrics how
many connections there are, how they end, and what the rooms send. Whoever can
reach that address can read it.

` + listen.AboutOrigins + `
Ctrl-C closes all connections with close code 1001, and the pages reconnect
when it is back. A second Ctrl-C does not wait. The exit status is 0 after the
first, 130 after the second, 1 if the server could not run or connections had
to be cut, 2 for wrong arguments.
`,
		Examples: []command.Example{
			{Line: "ws demo", Purpose: "for this machine"},
			{Line: "ws demo -addr :8080", Purpose: "for phones too; it prints the address to open there"},
		},
		Flags:  fs,
		Groups: []command.Group{{Title: "Flags", Flags: []string{"addr", "origin", "backplane", "metrics"}}},
		Run: func(_ []string, env command.Environment) error {
			if err := allowed.Check(); err != nil {
				return err
			}
			return run(*addr, *backplane, *observed, allowed.List, env)
		},
	}
}

// run serves until a signal comes.
func run(addr, backplane, observed string, origins []string, env command.Environment) error {
	l, err := listen.TCP("-addr", addr)
	if err != nil {
		return err
	}
	defer l.Close()
	operators, err := listenForOperators(observed)
	if err != nil {
		return err
	}
	d, err := connected(backplane, l.Addr(), env)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	running := make(chan struct{})
	go func() {
		defer close(running)
		d.Run(ctx)
	}()
	defer func() {
		cancel()
		<-running
		ending, cancel := context.WithTimeout(context.Background(), drainTime)
		defer cancel()
		d.Close(ending)
	}()
	s := &server.Server{
		Options: server.Options{
			Conn:      websocket.Options{MaxMessage: readLimit},
			Origins:   origins,
			Transport: d.Transport,
			OnError:   listen.Complain(env),
		},
		Handle:   d.Handle,
		Fallback: d,
	}
	fmt.Fprintln(env.Stdout, invitation(l.Addr().(*net.TCPAddr), localAddrs()))
	defer operators.serve(metrics(s, d), env.Stdout)()
	return listen.UntilSignal(s, func() error { return s.Serve(d.Listen(l)) }, drainTime, env.Signals)
}

// connected returns a Demo on the broker of a -backplane, if there is one.
func connected(backplane string, at net.Addr, env command.Environment) (*Demo, error) {
	if backplane == "" {
		return New(nil), nil
	}
	b, err := openBroker(backplane, env.Stdout)
	if err != nil {
		return nil, err
	}
	b.Place, b.Logger = at.String(), slog.New(slog.NewTextHandler(env.Stderr, nil))
	return New(b), nil
}

// invitation says what to open. addrs are this machine's in its networks.
func invitation(at *net.TCPAddr, addrs []net.IP) string {
	if !at.IP.IsUnspecified() {
		return fmt.Sprintf("open http://%s/", at)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "open http://localhost:%d/", at.Port)
	for _, ip := range addrs {
		fmt.Fprintf(&text, "\nfrom other devices http://%s/", &net.TCPAddr{IP: ip, Port: at.Port})
	}
	return text.String()
}

// localAddrs returns the IPv4 addresses by which other devices may know this
// machine.
func localAddrs() (ips []net.IP) {
	addrs, _ := net.InterfaceAddrs() // none if they cannot be had
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsGlobalUnicast() {
			ips = append(ips, n.IP)
		}
	}
	return ips
}

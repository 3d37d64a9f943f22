package proxy

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/listen"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
	"github.com/seed372fb791/rfc6455/handshake"
)

// flags are the flags of ws proxy.
type flags struct {
	listen, to      string
	rewriteHost     bool
	certificate     listen.Certificate
	trust           reach.Trust
	record, mermaid string
	drop, fragment  command.Number
	corrupt         command.Number
	resetAfter      command.Number
	delay           time.Duration
	seed            command.Number
	faultsTo        string
}

// Command returns ws proxy.
func Command() *command.Command {
	o, fs := new(flags), command.NewFlags()
	o.drop.Most, o.fragment.Most, o.corrupt.Most, o.resetAfter.Most = maxFault, maxFault, maxFault, 1<<60
	o.seed = command.Number{Value: 1, Most: 1 << 60}
	fs.StringVar(&o.listen, "listen", "127.0.0.1:9000", "take clients on `host:port`; port 0 takes a free one, no host all interfaces")
	fs.StringVar(&o.to, "to", "", "connect them to the server of this `URL`, such as ws://127.0.0.1:8080")
	fs.BoolVar(&o.rewriteHost, "rewrite-host", false, "have requests ask for the host of -to: for servers that go by it. An Origin\nthat was that of the old host becomes that of the new one")
	o.certificate.Add(fs)
	o.trust.Add(fs)
	fs.StringVar(&o.record, "record", "", "write all that is passed on to this `file`, for ws replay and ws inspect")
	fs.StringVar(&o.mermaid, "mermaid", "", "write a sequence diagram in the language of Mermaid to this `file`")
	fs.StringVar(&o.faultsTo, "faults-to", "both", "make the faults in what goes to this `side`: client, server or both")
	fs.DurationVar(&o.delay, "delay", 0, "pass everything on so much `time` later, such as 200ms, in order; the opening handshake, too")
	fs.Var(&o.drop, "drop", "leave out one message in this `number`: with 3 the third, the sixth and so on")
	fs.Var(&o.fragment, "fragment", "cut data frames into fragments of so many `bytes` of payload at most")
	fs.Var(&o.corrupt, "corrupt", "flip one bit in each so many `bytes` of frames, headers included")
	fs.Var(&o.resetAfter, "reset-after", "cut the connection, by RST, after so many `bytes` of frames")
	fs.Var(&o.seed, "seed", "a `number` that chooses the bits of -corrupt: the same one, the same bits")
	return &command.Command{
		Name:  "proxy",
		Does:  "passes connections on to a server, shows what goes over them, and makes faults",
		About: about,
		Examples: []command.Example{
			{Line: "ws proxy -to ws://127.0.0.1:8080 -record chat.ws -mermaid chat.mmd", Purpose: "shows and records what clients of ws://127.0.0.1:9000 say"},
			{Line: "ws proxy -to ws://127.0.0.1:8080 -delay 200ms -drop 10 -faults-to client", Purpose: "shows a client what a bad network does: answers come late, one in ten never"},
		},
		Flags: fs,
		Groups: []command.Group{
			{Title: "Connections", Flags: []string{"listen", "to", "rewrite-host"}},
			{Title: "Output", Flags: []string{"record", "mermaid"}},
			{Title: "Faults", Flags: []string{"faults-to", "delay", "drop", "fragment", "corrupt", "reset-after", "seed"}},
			{Title: listen.CertificateGroup.Title, Flags: append([]string{"insecure", "cacert"}, listen.CertificateGroup.Flags...)},
		},
		Run: o.run,
	}
}

// maxFault is the greatest number that a fault can be given.
const maxFault = 1 << 30

const about = `Each frame is a line on stdout: seconds, the number of the connection, > for
client to server or < for server to client, and what it says, decompressed. The
heads and bodies of HTTP, the end of a direction (FIN) and a reset (RST) have a
line, too. What breaks a rule is shown with the rule's id (ws rfc explains it)
and passed on as it is. The opening handshake may be any request of a
connection, and one that breaks a rule is no reason to look away.

Bytes are passed on unchanged, unless a fault or -rewrite-host is asked for.
The path is the client's: to reach ws://HOST/chat connect to /chat of the
proxy. The server sees the proxy's address in Host, as the client wrote it;
TLS asks for the host of -to. A client for which the server cannot be reached
gets an answer with status 502.

Faults are made per direction, in this order: messages are left out (-drop),
frames are cut (-fragment), bits are flipped (-corrupt), the connection is cut
(-reset-after). They leave HTTP alone, the opening handshake included, but for
-delay. What is shown and recorded is what was passed on, with lines about the
faults. Where compression has context takeover, messages after one that was
dropped may not inflate.

Connections wait while the lines have nowhere to go, as on a stopped terminal.

Ctrl-C closes all connections and writes what is left of the files; a second
Ctrl-C does not wait. The exit status is 0 after the first, 130 after the second,
1 if the proxy could not run or a file could not be written, 2 for wrong
arguments.
`

// run passes connections on until a signal comes.
func (o *flags) run(_ []string, env command.Environment) error {
	to, err := o.check()
	if err != nil {
		return err
	}
	p := &Proxy{To: to, RewriteHost: o.rewriteHost, Lines: env.Stdout}
	o.setFaults(p)
	if p.TLS, err = o.trust.Config(); err != nil {
		return err
	}
	l, err := o.listener()
	if err != nil {
		return err
	}
	defer l.Close()
	failed := false
	p.OnError = func(err error) {
		failed = true
		fmt.Fprintf(env.Stderr, "ws: %s\n", env.Line(err))
	}
	closeFiles, err := o.create(p)
	if err != nil {
		return err
	}
	_, host := listen.Place(l.Addr().(*net.TCPAddr))
	fmt.Fprintf(env.Stdout, "%s://%s/ leads to %s\n", o.scheme(), host, o.to)
	err = untilClosed(p, l, env.Signals)
	if err = errors.Join(err, closeFiles()); err == nil && failed {
		return &command.Exit{Status: command.ExitFailed}
	}
	return err
}

// check finds mistakes in the flags, and returns the URL of the server.
func (o *flags) check() (*url.URL, error) {
	if o.to == "" {
		return nil, command.BadUsage("-to is missing")
	}
	to, err := reach.ParseURL(o.to)
	switch {
	case err != nil:
		return nil, err
	case handshake.ResourceName(to) != "/":
		return nil, command.BadUsage("-to %s: the path is the client's, leave it out here", o.to)
	case o.delay < 0:
		return nil, command.BadUsage("-delay has to be positive")
	case !slices.Contains([]string{"client", "server", "both"}, o.faultsTo):
		return nil, command.BadUsage("-faults-to takes client, server or both")
	}
	return to, cmp.Or(o.certificate.Check(), o.trust.Check())
}

// setFaults sets those of p.
func (o *flags) setFaults(p *Proxy) {
	f := Faults{
		Drop:       int(o.drop.Value),
		Fragment:   int(o.fragment.Value),
		Corrupt:    int(o.corrupt.Value),
		ResetAfter: o.resetAfter.Value,
		Delay:      o.delay,
		Seed:       uint64(o.seed.Value),
	}
	if o.faultsTo != "client" {
		p.ToServer = f
	}
	if o.faultsTo != "server" {
		p.ToClient = f
	}
}

// scheme is that by which the proxy is reached.
func (o *flags) scheme() string {
	if o.certificate.Cert != "" || o.certificate.SelfSigned {
		return "wss"
	}
	return "ws"
}

// listener listens as the flags say.
func (o *flags) listener() (net.Listener, error) {
	config, err := o.certificate.Config(o.listen)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", o.listen)
	if err != nil || config == nil {
		return l, listen.HintTaken(err, "-listen", o.listen)
	}
	config.NextProtos = []string{"http/1.1"}
	return tls.NewListener(l, config), nil
}

// create creates the files that p is to write, and returns what closes them.
func (o *flags) create(p *Proxy) (closeAll func() error, err error) {
	var files []*os.File
	closeAll = func() (err error) {
		for _, f := range files {
			err = errors.Join(err, f.Close())
		}
		return err
	}
	for _, one := range []struct {
		name string
		to   *io.Writer
	}{{o.record, &p.Record}, {o.mermaid, &p.Mermaid}} {
		if one.name == "" {
			continue
		}
		f, err := os.Create(one.name)
		if err != nil {
			return nil, errors.Join(err, closeAll())
		}
		files, *one.to = append(files, f), f
	}
	return closeAll, nil
}

// untilClosed has p serve until a signal comes, and close then.
func untilClosed(p *Proxy, l net.Listener, signals <-chan os.Signal) error {
	var err error
	select {
	case err = <-p.Start(l):
	case <-signals:
	}
	closed := make(chan struct{})
	go func() {
		p.Close()
		close(closed)
	}()
	select {
	case <-closed:
		return err
	case again := <-signals:
		return command.Interrupted(again)
	}
}

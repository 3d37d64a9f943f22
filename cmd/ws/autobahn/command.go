package autobahn

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/compression"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
	"github.com/seed372fb791/rfc6455/cmd/ws/serve"
	"github.com/seed372fb791/rfc6455/websocket"
)

// flags are the flags of ws autobahn.
type flags struct {
	url   string
	agent string
	only  int

	compression compression.Flags
}

// Command returns ws autobahn.
func Command() *command.Command {
	o, fs := new(flags), command.NewFlags()
	fs.StringVar(&o.url, "url", "", "the fuzzing server's `URL`, such as ws://127.0.0.1:9001 (required)")
	fs.StringVar(&o.agent, "agent", "rfc6455", "the `name` to appear under in the report")
	fs.IntVar(&o.only, "case", 0, "run only the case of this `number`, counted from 1")
	o.compression.Add(fs, "offer", "client_max_window_bits", "server_max_window_bits")
	return &command.Command{
		Name: "autobahn",
		Does: "runs the cases of the Autobahn test suite against this library's client",
		About: `The suite's fuzzing server (wstest -m fuzzingserver) tests the client that
connects to it. This one asks for the number of cases, echoes in each of them,
has the server write its report, and prints how each connection ended: what the
suite thinks of that stands in the report. Cases 12 and 13 of the suite are about
compression: they need -compress, or count as not implemented.

The exit status is 0 if all cases were run, 1 if not, 2 for wrong arguments, 130
for Ctrl-C.
`,
		Examples: []command.Example{
			{Line: "ws autobahn -url ws://127.0.0.1:9001 -compress -context-takeover", Purpose: "runs all cases"},
			{Line: "ws autobahn -url ws://127.0.0.1:9001 -case 3", Purpose: "runs one"},
		},
		Flags:  fs,
		Groups: []command.Group{{Title: "Cases", Flags: []string{"url", "agent", "case"}}, compression.Group},
		Run:    o.run,
	}
}

// run runs cases until they are done or a signal comes.
func (o *flags) run(_ []string, env command.Environment) error {
	switch {
	case o.url == "":
		return command.BadUsage("-url is missing")
	case o.only < 0:
		return command.BadUsage("-case has to be positive")
	}
	if err := reach.CheckURL(o.url); err != nil {
		return err
	}
	if err := o.compression.Check(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- o.runCases(ctx, env) }()
	select {
	case err := <-done:
		return err
	case signal := <-env.Signals:
		cancel()
		<-done
		return command.Interrupted(signal)
	}
}

// runCases runs the cases chosen and has the server write its report.
func (o *flags) runCases(ctx context.Context, env command.Environment) error {
	count, err := o.count(ctx)
	if err != nil {
		return err
	}
	first, last := 1, count
	if o.only > 0 {
		first, last = o.only, o.only
	}
	if last > count {
		return fmt.Errorf("there is no case %d, the last one is %d", last, count)
	}
	for n := first; n <= last; n++ {
		end, err := o.runCase(ctx, n, env)
		if err != nil {
			return fmt.Errorf("case %d: %w", n, err)
		}
		fmt.Fprintf(env.Stdout, "case %d of %d: %s\n", n, count, end)
	}
	return o.updateReports(ctx)
}

// count asks for the number of cases.
func (o *flags) count(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	c, err := o.dial(ctx, "getCaseCount", nil)
	if err != nil {
		return 0, err
	}
	defer c.Close(ctx, websocket.CloseNormal, "")
	_, text, err := c.Read(ctx)
	if err != nil {
		return 0, err
	}
	count, err := strconv.Atoi(string(text))
	if err != nil || count < 0 {
		return 0, fmt.Errorf("the number of cases is %.20q", text)
	}
	return count, nil
}

// runCase echoes through a case and returns how the connection ended. The error
// says that the case was not run.
func (o *flags) runCase(ctx context.Context, n int, env command.Environment) (end string, err error) {
	limited, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	c, err := o.dial(limited, "runCase", url.Values{"case": {strconv.Itoa(n)}})
	var refused *client.Error
	switch {
	case err == nil:
	case ctx.Err() == nil && errors.As(err, &refused) && refused.Stage == client.StageHandshake:
		return env.Line(err), nil // which may be what the case is about
	default:
		return "", err
	}
	defer context.AfterFunc(limited, func() { c.CloseNow() })()
	err = serve.Echo(c)
	<-c.Done()
	var peer *websocket.CloseError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case limited.Err() != nil:
		return fmt.Sprintf("cut after %v", caseTime), nil
	case errors.As(err, &peer) && peer.Code != websocket.CloseAbnormal:
		return peer.Code.String(), nil
	}
	return env.Line(err), nil
}

// updateReports has the server write its report, which may take it a while.
func (o *flags) updateReports(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	c, err := o.dial(ctx, "updateReports", nil)
	if err != nil {
		return err
	}
	defer c.CloseNow()
	_, _, err = c.Read(ctx)
	var peer *websocket.CloseError
	if errors.As(err, &peer) && peer.Code != websocket.CloseAbnormal {
		<-c.Done()
		return nil
	}
	return fmt.Errorf("the report: %w", err)
}

// dial connects to what the fuzzing server calls name.
func (o *flags) dial(ctx context.Context, name string, query url.Values) (*websocket.Conn, error) {
	u, err := url.Parse(o.url)
	if err != nil {
		return nil, err
	}
	u = u.JoinPath(name)
	if query == nil {
		query = make(url.Values)
	}
	query.Set("agent", o.agent)
	u.RawQuery = query.Encode()
	c, _, err := client.Dial(ctx, u.String(), &client.Options{
		Conn:        websocket.Options{MaxMessage: command.MaxMessage},
		Compression: o.compression.Options(),
	})
	return c, err
}

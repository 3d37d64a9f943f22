package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/compression"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
	"github.com/seed372fb791/rfc6455/websocket"
)

// wipeLine makes room on a line of a terminal.
const wipeLine = "\r\x1b[K"

const (
	// openTime bounds the opening of each connection, if no flag does.
	openTime = 10 * time.Second
	// leaveTime bounds its closing handshake.
	leaveTime = time.Second
)

// flags are the flags of ws bench.
type flags struct {
	conns, pipeline, size  command.Number
	rate                   float64
	ramp, warmup, duration time.Duration
	text                   bool
	reach.Offer
	json bool
	svg  string
}

// Command returns ws bench.
func Command() *command.Command {
	o, fs := new(flags), command.NewFlags()
	o.conns = command.Number{Value: 64, Least: 1, Most: 1 << 20}
	o.pipeline = command.Number{Value: 1, Least: 1, Most: 1 << 12}
	o.size = command.Number{Value: 128, Most: command.MaxMessage}
	fs.Var(&o.conns, "conns", "open this `number` of connections")
	fs.DurationVar(&o.ramp, "ramp", 0, "spread the opening of the connections over this `time`")
	fs.Var(&o.size, "size", "send messages of so many `bytes`")
	fs.BoolVar(&o.text, "text", false, "send text messages instead of binary ones")
	fs.Var(&o.pipeline, "pipeline", "have up to this `number` of messages in flight on each connection")
	fs.Float64Var(&o.rate, "rate", 0, "send this `number` of messages a second, over all connections together, whether the\nserver keeps up or not; 0 sends the next one as soon as an answer comes")
	fs.DurationVar(&o.warmup, "warmup", time.Second, "send for this `time` before what happens is counted")
	fs.DurationVar(&o.duration, "duration", 10*time.Second, "count for this `time`")
	o.Offer.Add(fs, openTime)
	fs.BoolVar(&o.json, "json", false, "print the result as a JSON object")
	fs.StringVar(&o.svg, "svg", "", "draw the latencies by percentile as a chart into this `file`")
	return &command.Command{
		Name:     "bench",
		Does:     "loads a WebSocket echo server and measures how fast it answers",
		Operands: "URL",
		About:    about,
		Examples: []command.Example{
			{Line: "ws bench -duration 3s ws://127.0.0.1:8080/", Purpose: "how much can it do?"},
			{Line: "ws bench -rate 2000 -duration 3s -svg latency.svg ws://127.0.0.1:8080/", Purpose: "how long does it take, when it is not at its limit?"},
		},
		Flags: fs,
		Groups: []command.Group{
			{Title: "Load", Flags: []string{"conns", "ramp", "size", "text", "pipeline", "rate", "warmup", "duration"}},
			reach.OfferGroup,
			reach.WayGroup,
			{Title: "Result", Flags: []string{"json", "svg"}},
			compression.Group,
		},
		Run: o.run,
	}
}

const about = `The server has to send each message back, as ws serve does. Every answer is
compared with what was sent; a connection that gets a wrong one is given up, like
one that ends. Connections are opened one after the other, as RFC 6455 demands
of a client (section 4.1), and before the load begins. After ten failures in a row
no more are opened.

Without -rate a connection sends its next message when an answer comes (a closed
loop): that shows how much the server can do, but one that stalls is sent less
meanwhile, and most of the wait is in no latency. With -rate messages are due at
their times, answers or not (an open loop), and latency counts from the time at
which a message was due, though -pipeline was exhausted and it had to wait. Those
sent more than a millisecond late are counted as not on time. Answers are waited
for up to two seconds after the end.

On Linux -rate keeps a core from sleeping while answers are expected, so that the
time to wake it is in no latency: at high rates it is always busy.

On a terminal a line on stderr shows how it goes. The names in the object that
-json prints say their units: _us is microseconds. "failures" has a kind, a detail
and a count of messages for "no answer" and "not sent", of connections otherwise.

Exit status:
  0    all went well
  1    something failed, or nothing was measured
  2    wrong arguments
  130  Ctrl-C, after which what was measured so far is printed (143: SIGTERM)
`

// run measures and reports.
func (o *flags) run(operands []string, env command.Environment) error {
	url := operands[0]
	if err := o.check(url); err != nil {
		return err
	}
	options, err := o.Options()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	done := make(chan *Result, 1)
	go func() { done <- o.load(url, options, env).Run(ctx) }()
	var result *Result
	select {
	case result = <-done:
	case s := <-env.Signals:
		cancel(command.Interrupted(s))
		result = <-done
	}
	result.URL = url
	return o.report(result, env, context.Cause(ctx))
}

// check finds mistakes in the flags.
func (o *flags) check(url string) error {
	if err := o.Offer.Check(url); err != nil {
		return err
	}
	switch {
	case !(o.rate >= 0 && o.rate <= 1e7):
		return command.BadUsage("-rate has to be a number from 0 to 10000000")
	case o.ramp < 0, o.warmup < 0:
		return command.BadUsage("-ramp and -warmup must not be negative")
	case o.duration <= 0:
		return command.BadUsage("-duration has to be positive")
	}
	return checkFiles(int(o.conns.Value))
}

// load returns the load that the flags describe.
func (o *flags) load(url string, options *client.Options, env command.Environment) Load {
	options.Conn.CloseTimeout = leaveTime
	l := Load{
		Dial: func(ctx context.Context) (*websocket.Conn, error) {
			c, response, err := client.Dial(ctx, url, options)
			if err != nil {
				return nil, reach.Explain(err, response)
			}
			return c, nil
		},
		Conns: int(o.conns.Value), Ramp: o.ramp,
		Type: websocket.Binary, Size: int(o.size.Value), Pipeline: int(o.pipeline.Value),
		Rate: o.rate, Warmup: o.warmup, Duration: o.duration,
	}
	if o.text {
		l.Type = websocket.Text
	}
	if env.Noted {
		l.Watch = func(p Progress) { fmt.Fprint(env.Stderr, wipeLine+o.progress(p)) }
	}
	return l
}

// progress is the line that a terminal shows meanwhile.
func (o *flags) progress(p Progress) string {
	failures := ""
	if p.Failures > 0 {
		failures = fmt.Sprintf(", %s failures", Grouped(float64(p.Failures)))
	}
	if p.Elapsed == 0 {
		return fmt.Sprintf("opening: %d of %d connections%s", p.Conns, o.conns.Value, failures)
	}
	us := func(d time.Duration) string { return Time(float64(d) / float64(time.Microsecond)) }
	return fmt.Sprintf("%v of %v: %d connections, %s messages/s, p50 %s, p99 %s%s",
		p.Elapsed.Round(time.Second), o.warmup+o.duration, p.Conns, Grouped(p.PerSecond), us(p.P50), us(p.P99), failures)
}

// report prints the result. The error says what the exit status tells.
func (o *flags) report(r *Result, env command.Environment, signal error) error {
	if env.Noted {
		fmt.Fprint(env.Stderr, wipeLine)
	}
	var usage *command.UsageError // the handshake cannot be made with these flags
	if errors.As(r.First, &usage) {
		return usage
	}
	if err := o.print(r, env); err != nil {
		return err
	}
	switch {
	case signal != nil:
		return signal
	case r.Connections.Opened == 0:
		return fmt.Errorf("no connection: %s", env.Line(r.First))
	case !r.Measured():
		return errors.New("nothing was measured")
	case len(r.Failures) > 0:
		return &command.Exit{Status: command.ExitFailed}
	}
	return nil
}

// print prints the result, and draws it.
func (o *flags) print(r *Result, env command.Environment) error {
	var err error
	if o.json {
		out := json.NewEncoder(env.Stdout)
		out.SetIndent("", "  ")
		err = out.Encode(r)
	} else {
		err = r.Print(env.Stdout)
	}
	if err != nil || o.svg == "" || !r.Measured() {
		return err
	}
	return os.WriteFile(o.svg, []byte(r.SVG()), 0o666)
}

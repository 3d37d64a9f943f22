package conformance

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
)

// flags are the flags of ws conformance.
type flags struct {
	listen, run, spec string
	list              bool
	choice            choice
	parallel          command.Number
	patience          time.Duration
	output            output
	raw               reach.Raw
	given             *flag.FlagSet
}

// exitNotRun is the exit status if cases could not be run.
const exitNotRun = 3

// Command returns ws conformance.
func Command() *command.Command {
	o, fs := new(flags), command.NewFlags()
	o.given = fs
	o.parallel = command.Number{Value: 32, Least: 1, Most: 1 << 10}
	fs.StringVar(&o.listen, "listen", "", "test the clients that come to `host:port`; port 0 takes a free one, no host all interfaces")
	fs.StringVar(&o.run, "run", "", "with -listen, start the client by this shell `command`, in which {url} is the address, and end\nwith it")
	fs.StringVar(&o.spec, "spec", "", "take servers, or the address of -listen, cases and the folder of -autobahn from this `file`:\na fuzzingclient.json or fuzzingserver.json of the Autobahn suite")
	fs.BoolVar(&o.list, "list", false, "list the cases and run none")
	o.choice.add(fs)
	fs.Var(&o.parallel, "parallel", "run so many cases at a time; generated loads run alone. A `number`")
	fs.DurationVar(&o.patience, "patience", 2*time.Second, "wait so much `time` for what is due")
	o.output.add(fs)
	o.raw.Add(fs)
	return &command.Command{
		Name:     "conformance",
		Does:     "tests a WebSocket server or client by the rules of the RFCs",
		Operands: "[URL]",
		About:    about,
		Examples: []command.Example{
			{Line: "ws conformance -case 6455-5 -not 'load-*' -html report.html ws://127.0.0.1:8080/", Purpose: "tests the framing of a server that sends each message back, and writes a page about it"},
			{Line: "ws conformance -listen :9001 -case 'close-*' -run 'ws autobahn -url {url}'", Purpose: "starts a client, and tests how it closes"},
		},
		Flags: fs,
		Groups: []command.Group{
			{Title: "Peers", Flags: []string{"listen", "run", "spec"}},
			{Title: "Cases", Flags: []string{"case", "not", "role", "full", "list"}},
			{Title: "Running", Flags: []string{"parallel", "patience"}},
			{Title: "Output", Flags: []string{"json", "junit", "html", "autobahn", "expect", "write-expect", "strict"}},
			reach.RawOfferGroup,
			reach.RawWayGroup,
		},
		Run: o.start,
	}
}

const about = `A server has to send each message back. A client has to do so too, and to ask
for cases as it would ask the fuzzing server of the Autobahn suite:
/getCaseCount, /runCase?case=N&agent=A, /getCaseStatus, /getCaseInfo and
/updateReports. Harnesses for that suite run as they are; casetuple=ID may stand
instead of case=N, which counts the cases chosen. Without -run clients are taken
until Ctrl-C, and told of as they ask for their reports.

Each case has an id: the requirement, its name, and how its bytes are cut, as in
6455-5.5.1-4/close-1-byte@bytewise. ws rfc explains a requirement. A case is
passed, or non-strict (a SHOULD was not met, or a rule of senders let pass), or
failed; unimplemented, if the peer does not speak the extension; informational,
where no rule says what is right; an error, if there was no connection.

-case and -not take ids and parts of them: a requirement (6455-5.5.1-4), a
section (6455-5.5.1, 7692), a name (close-*), a variant (*@bytewise), or a number
of the Autobahn suite (7.9.*). The loads are small; -full has as many messages
as the Autobahn suite, several GB in all.

-expect names a file of known failures, a line each: an id, its verdict and,
behind #, why. A failure that it does not list fails the run, as does a case
that it lists and that came to something else. -write-expect writes the file.

Exit status:
  0    all is as expected
  1    cases failed that are not expected to
  2    wrong arguments
  3    the cases could not be run: nobody listens, or the server has gone; or a file
       could not be written
  130  Ctrl-C (143: SIGTERM); without -run, Ctrl-C is how -listen ends: 0 or 1
`

// start does what the flags ask for.
func (o *flags) start(operands []string, env command.Environment) error {
	url := ""
	if len(operands) > 0 {
		url = operands[0]
	}
	targets, err := o.check(url)
	if err != nil {
		return err
	}
	switch {
	case o.list:
		return o.choice.list(env.Stdout, o.role())
	case o.listen != "":
		return o.testClients(env)
	}
	return interruptible(env, func(ctx context.Context) error { return o.testServers(ctx, env, targets) })
}

// check finds mistakes in the flags and returns the servers.
func (o *flags) check(url string) (targets []target, err error) {
	if o.spec != "" {
		if targets, err = o.readSpec(); err != nil {
			return nil, err
		}
	}
	if url != "" {
		targets = append(targets, target{url: url, name: url})
	}
	switch {
	case o.run != "" && o.listen == "":
		return nil, command.BadUsage("-run goes with -listen")
	case o.listen != "" && len(targets) > 0:
		return nil, command.BadUsage("-listen does not go with a URL")
	case o.listen == "" && len(targets) == 0 && !o.list:
		return nil, command.BadUsage("URL or -listen is missing")
	case o.choice.role != "" && !o.list:
		return nil, command.BadUsage("-role goes with -list")
	case o.patience <= 0:
		return nil, command.BadUsage("-patience has to be positive")
	}
	for _, t := range targets {
		if err := reach.CheckURL(t.url); err != nil {
			return nil, err
		}
	}
	return targets, o.raw.Check()
}

// options returns what the flags say about running cases.
func (o *flags) options(cases []*suite.Case) suite.Options {
	return suite.Options{Cases: cases, Parallel: int(o.parallel.Value), Patience: o.patience}
}

// interruptible does a task whose context ends with a signal.
func interruptible(env command.Environment, do func(context.Context) error) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	select {
	case err := <-done:
		return err
	case s := <-env.Signals:
		cancel()
		<-done
		return command.Interrupted(s)
	}
}

// notRun is the error of cases that could not be run.
func notRun(format string, args ...any) error {
	return &command.Exit{Status: exitNotRun, Err: fmt.Errorf(format, args...)}
}

// stderrFile returns the file that stderr is, for a line of progress.
func stderrFile(env command.Environment) *os.File {
	f, ok := env.Stderr.(*os.File)
	if !ok || !env.Noted {
		return nil
	}
	return f
}

package autobahn

import (
	"context"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/compression"
	"github.com/seed372fb791/rfc6455/cmd/ws/reach"
)

// flags are the flags of ws autobahn.
type flags struct {
	url     string
	agent   string
	only    int
	timeout time.Duration

	compression compression.Flags
}

// caseTime is what the suite itself gives its longest cases.
const caseTime = 8 * time.Minute

// Command returns ws autobahn.
func Command() *command.Command {
	o, fs := new(flags), command.NewFlags()
	fs.StringVar(&o.url, "url", "", "the fuzzing server's `URL`, such as ws://127.0.0.1:9001 (required)")
	fs.StringVar(&o.agent, "agent", "rfc6455", "the `name` to appear under in the report")
	fs.IntVar(&o.only, "case", 0, "run only the case of this `number`, counted from 1")
	fs.DurationVar(&o.timeout, "timeout", caseTime, "cut a case that takes longer than this `time`: it has not passed then")
	o.compression.Add(fs, "offer", "client_max_window_bits", "server_max_window_bits")
	return &command.Command{
		Name: "autobahn",
		Does: "runs the cases of the Autobahn test suite against this library's client",
		About: `The suite's fuzzing server (wstest -m fuzzingserver) tests the client that
connects to it. This one asks for the number of cases, echoes in each of them,
asks what the server thinks of that, and has it write its report in the end.
Printed are, for each case, what the server thinks and how the connection ended,
and then how many cases there were of each kind. OK, NON-STRICT, INFORMATIONAL
and UNIMPLEMENTED pass. Groups 12 and 13 of the suite are about compression: they
need -compress, or count as UNIMPLEMENTED.

Exit status:
  0    all cases were run and have passed
  1    cases have not passed or were cut, or not all could be run
  2    wrong arguments
  130  Ctrl-C (143: SIGTERM)
`,
		Examples: []command.Example{
			{Line: "ws autobahn -url ws://127.0.0.1:9001 -compress -context-takeover", Purpose: "runs all cases"},
			{Line: "ws autobahn -url ws://127.0.0.1:9001 -case 3", Purpose: "runs one"},
		},
		Flags:  fs,
		Groups: []command.Group{{Title: "Cases", Flags: []string{"url", "agent", "case", "timeout"}}, compression.Group},
		Run:    o.run,
	}
}

// run runs cases until they are done or a signal comes.
func (o *flags) run(_ []string, env command.Environment) error {
	if err := o.check(); err != nil {
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

// check finds mistakes in the flags.
func (o *flags) check() error {
	switch {
	case o.url == "":
		return command.BadUsage("-url is missing")
	case o.only < 0:
		return command.BadUsage("-case has to be positive")
	case o.timeout <= 0:
		return command.BadUsage("-timeout has to be positive")
	}
	if err := reach.CheckURL(o.url); err != nil {
		return err
	}
	return o.compression.Check()
}

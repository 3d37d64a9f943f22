package conformance

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"sync"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/report"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/cmd/ws/listen"
	"github.com/seed372fb791/rfc6455/protocol"
)

// testClients tests the clients that come, until a signal comes or the one ends
// that the command has started.
func (o *flags) testClients(env command.Environment) error {
	v := &visitors{flags: o, env: env}
	var err error
	if v.policy, err = o.output.policy(protocol.Client); err != nil {
		return err
	}
	if v.cases, err = o.choice.of(protocol.Client); err != nil {
		return err
	}
	l, err := listen.TCP("-listen", o.listen)
	if err != nil {
		return err
	}
	where, host := listen.Place(l.Addr().(*net.TCPAddr))
	v.url = "ws://" + host
	if o.run != "" {
		return interruptible(env, func(ctx context.Context) error { return v.runChild(ctx, l) })
	}
	fmt.Fprintf(env.Stdout, "%s: %s/ has %d cases\n", where, v.url, len(v.cases))
	return v.untilSignal(l)
}

// visitors are the clients that come.
type visitors struct {
	*flags
	env    command.Environment
	policy report.Policy
	cases  []*suite.Case
	url    string

	mu    sync.Mutex
	shown []string // agents that have asked for their reports
}

// listening is what comes of listening.
type listening struct {
	runs []verdict.Run
	err  error
}

// listen takes clients until ctx ends.
func (v *visitors) listen(ctx context.Context, l net.Listener) <-chan listening {
	options := v.flags.options(v.cases)
	options.Report = v.show
	if f := stderrFile(v.env); f != nil {
		progress := report.NewProgress(f, v.url, len(v.cases))
		options.Progress = progress.Add
	}
	done := make(chan listening, 1)
	go func() {
		runs, err := suite.Listen(ctx, l, options)
		for i := range runs {
			runs[i].Command = v.command()
		}
		done <- listening{runs, err}
	}()
	return done
}

// command returns the command line that runs a case, %s, again.
func (v *visitors) command() string {
	how := " -listen " + shellWord(v.flags.listen)
	if v.run != "" {
		how += " -run " + shellWord(v.run)
	}
	return v.repeat(how, "")
}

// show tells of a client that has done, unless that is done at the end anyway.
func (v *visitors) show(run verdict.Run) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.run != "" || v.output.json || slices.Contains(v.shown, run.Subject) {
		return
	}
	v.shown = append(v.shown, run.Subject)
	run.Command = v.command()
	report.Text(v.env.Stdout, []verdict.Run{run}, v.policy)
}

// untilSignal takes clients until a signal comes.
func (v *visitors) untilSignal(l net.Listener) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := v.listen(ctx, l)
	select {
	case end := <-done:
		return cmp.Or(end.err, v.conclude(end.runs))
	case <-v.env.Signals:
		cancel()
		end := <-done
		return cmp.Or(end.err, v.conclude(end.runs))
	}
}

// conclude writes what came of all clients.
func (v *visitors) conclude(runs []verdict.Run) error {
	if len(runs) == 0 {
		return notRun("no client has run a case")
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	shown := slices.Clone(runs)
	shown = slices.DeleteFunc(shown, func(r verdict.Run) bool { return slices.Contains(v.shown, r.Subject) })
	return v.output.write(v.env, runs, shown, v.policy)
}

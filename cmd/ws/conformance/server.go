package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/report"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// testServers tests servers, one after the other.
func (o *flags) testServers(ctx context.Context, env command.Environment, targets []target) error {
	policy, err := o.output.policy(protocol.Server)
	if err != nil {
		return err
	}
	cases, err := o.choice.of(protocol.Server)
	if err != nil {
		return err
	}
	var runs []verdict.Run
	var failed error
	for _, t := range targets {
		run, err := o.testServer(ctx, env, t, cases)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if closed := neverOpen(run); closed != nil {
			err = cmp.Or(err, closed)
		} else {
			runs = append(runs, run)
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", t.name, err))
		}
	}
	if len(runs) > 0 {
		err = o.output.write(env, runs, runs, policy)
	}
	if failed != nil {
		return notRun("%w", failed)
	}
	return err
}

// testServer tests a server.
func (o *flags) testServer(ctx context.Context, env command.Environment, t target, cases []*suite.Case) (verdict.Run, error) {
	if len(t.not) > 0 {
		var err error
		if cases, err = suite.Select(cases, nil, t.not); err != nil {
			return verdict.Run{}, command.BadUsage("%v", err)
		}
	}
	client, err := o.raw.Options()
	if err != nil {
		return verdict.Run{}, err
	}
	options := o.options(cases)
	if f := stderrFile(env); f != nil {
		progress := report.NewProgress(f, t.name, len(cases))
		options.Progress = progress.Add
		defer progress.End()
	}
	run, err := suite.Server(ctx, suite.Target{
		URL: t.url, Header: client.Header, Origin: client.Origin, Subprotocols: client.Subprotocols,
		TLS: client.TLSConfig, Dial: client.DialContext,
	}, options)
	run.Subject, run.Command = t.name, o.repeat("", t.url)
	return run, err
}

// neverOpen is the error of a run in which no case had a connection.
func neverOpen(run verdict.Run) error {
	for _, r := range run.Results {
		if r.Verdict != verdict.Error {
			return nil
		}
	}
	if len(run.Results) == 0 {
		return errors.New("there was no case to run")
	}
	return errors.New(run.Results[0].Got)
}

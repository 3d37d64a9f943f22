package main

import (
	"context"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// runner runs cases with a peer in a role.
type runner func(ctx context.Context, p peer, o suite.Options) (verdict.Run, error)

// thrice runs cases, and those that fail twice more, with more patience: one that
// is passed once has not failed for the peer's sake.
func (once runner) thrice(ctx context.Context, p peer, o suite.Options) (verdict.Run, error) {
	began, cases := time.Now(), o.Cases
	run, err := once(ctx, p, o)
	if err != nil {
		return run, err
	}
	for range 2 {
		o.Cases, o.Patience = failed(run, cases), 2*o.Patience
		if len(o.Cases) == 0 {
			break
		}
		second, err := once(ctx, p, o)
		if err != nil {
			return run, err
		}
		replace(run.Results, second.Results)
	}
	run.Took = time.Since(began)
	return run, nil
}

// failed returns the cases that have failed.
func failed(run verdict.Run, cases []*suite.Case) (all []*suite.Case) {
	for i, r := range run.Results {
		if isFail(r) {
			all = append(all, cases[i]) // a run has a result for each case, in their order
		}
	}
	return all
}

func isFail(r verdict.Result) bool { return r.Verdict == verdict.Fail || r.Verdict == verdict.Error }

// replace replaces failed results by those of the same cases that are not.
func replace(results, by []verdict.Result) {
	better := map[string]verdict.Result{}
	for _, r := range by {
		if !isFail(r) {
			better[r.Case.ID] = r
		}
	}
	for i, r := range results {
		if b, ok := better[r.Case.ID]; ok {
			results[i] = b
		}
	}
}

package main

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// What fails once is played again, with more patience each time; what passes is
// not.
func TestThrice(t *testing.T) {
	comes := map[string][]verdict.Verdict{
		"good":    {verdict.Pass},
		"unlucky": {verdict.Error, verdict.NonStrict},
		"late":    {verdict.Fail, verdict.Error, verdict.Pass},
		"bad":     {verdict.Fail, verdict.Fail, verdict.Error},
	}
	var cases []*suite.Case
	for _, id := range []string{"good", "unlucky", "late", "bad"} {
		cases = append(cases, &suite.Case{Case: verdict.Case{ID: id}})
	}
	var patience []time.Duration
	once := runner(func(_ context.Context, _ peer, o suite.Options) (run verdict.Run, err error) {
		patience = append(patience, o.Patience)
		for _, c := range o.Cases {
			next := comes[c.ID]
			if len(next) == 0 {
				return run, errors.New(c.ID + " is played too often")
			}
			comes[c.ID] = next[1:]
			run.Results = append(run.Results, verdict.Result{Case: &c.Case, Verdict: next[0]})
		}
		return run, nil
	})
	run, err := once.thrice(t.Context(), peer{}, suite.Options{Cases: cases, Patience: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	var got []verdict.Verdict
	for _, r := range run.Results {
		got = append(got, r.Verdict)
	}
	want := []verdict.Verdict{verdict.Pass, verdict.NonStrict, verdict.Pass, verdict.Fail}
	if !slices.Equal(got, want) {
		t.Errorf("verdicts: %v, want %v", got, want)
	}
	if want := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}; !slices.Equal(patience, want) {
		t.Errorf("patience: %v", patience)
	}
}

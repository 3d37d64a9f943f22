package main

import (
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

func TestSettle(t *testing.T) {
	tests := map[string]struct {
		role    protocol.Role
		id, got string
		before  verdict.Verdict
		after   verdict.Verdict
	}{
		"disputed":        {protocol.Client, "6455-11.7-1/close-5000@whole", "sends a Close frame with 5000", verdict.Fail, verdict.Informational},
		"a pattern":       {protocol.Server, "7692-7-5/opening-deflate-bits-7@bytewise", "refuses it with 400", verdict.Fail, verdict.Informational},
		"of another kind": {protocol.Server, "7692-7-5/opening-deflate-bits-7@bytewise", "accepts an offer", verdict.Fail, verdict.Fail},
		"another role":    {protocol.Server, "6455-4.1-46/opening-http-1.0@whole", "takes it", verdict.Fail, verdict.Fail},
		"another case":    {protocol.Client, "6455-11.7-1/close-50001@whole", "sends a Close frame with 5000", verdict.Fail, verdict.Fail},
		"no failure":      {protocol.Client, "6455-11.7-1/close-5000@whole", "sends a Close frame with 5000", verdict.NonStrict, verdict.NonStrict},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			run := verdict.Run{Peer: test.role, Results: []verdict.Result{
				{Case: &verdict.Case{ID: test.id}, Verdict: test.before, Got: test.got, Broken: []string{"6455-11.7-1"}},
			}}
			settle(run)
			r := run.Results[0]
			if r.Verdict != test.after || strings.Contains(r.Got, "disputed") != (test.before != test.after) {
				t.Errorf("%s: %s", r.Verdict, r.Got)
			}
		})
	}
}

// A dispute about a case that the suite does not have would pass unseen.
func TestDisputesAreAboutCases(t *testing.T) {
	for _, d := range disputes {
		casesOf(t, d.role, []string{d.name})
	}
}

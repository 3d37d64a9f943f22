package main

import (
	"path"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// A dispute is about results that the suite counts as failures, although the
// RFCs can be read in the peer's favour. The tables count them for nobody and
// against nobody: what is said here of other people's work has to be beyond doubt.
type dispute struct {
	role protocol.Role
	name string // of the cases, with stars
	got  string // how what the peer does begins
	why  string
}

var disputes = []dispute{
	{protocol.Server, "opening-frames-behind", "", "the client sends before the response has come, which section 4.1 forbids"},
	{protocol.Server, "opening-deflate-*", "refuses it with", "the offer breaks the client's rules; a refusal of the handshake does not accept it"},
	{protocol.Server, "close-5000", "sends a Close frame with", "section 7.4 is silent about 5000 and above, and 5.5.1 has codes sent back"},
	{protocol.Server, "close-65535", "sends a Close frame with", "section 7.4 is silent about 5000 and above, and 5.5.1 has codes sent back"},
	{protocol.Client, "close-5000", "sends a Close frame with", "section 7.4 is silent about 5000 and above, and 5.5.1 has codes sent back"},
	{protocol.Client, "close-65535", "sends a Close frame with", "section 7.4 is silent about 5000 and above, and 5.5.1 has codes sent back"},
	{protocol.Client, "deflate-*", "ends the connection", "a client may not support what the response agrees to (RFC 7692, section 7)"},
	{protocol.Client, "opening-status-line-short", "ends the connection", "the line lacks a space that HTTP demands"},
	{protocol.Client, "opening-any-case", "ends the connection", "Connection is a list, which section 4.2.2 does not have, and the reason phrase is empty"},
	{protocol.Client, "opening-accept-twice", "takes", "section 11.3.3 binds the server alone"},
	{protocol.Client, "opening-http-1.0", "takes", "section 4.1 does not have the client look at the version"},
	{protocol.Client, "opening-extensions-empty", "takes", "an empty list may be taken for none"},
}

// settle makes the disputed failures of a run informational.
func settle(run verdict.Run) {
	for i, r := range run.Results {
		if !isFail(r) {
			continue
		}
		if d := disputeOf(run.Peer, r); d != nil {
			run.Results[i].Verdict, run.Results[i].Broken = verdict.Informational, nil
			run.Results[i].Got += "; disputed: " + d.why
		}
	}
}

// disputeOf returns the dispute about a result, nil if there is none.
func disputeOf(role protocol.Role, r verdict.Result) *dispute {
	_, name, _ := strings.Cut(r.Case.ID, "/")
	name, _, _ = strings.Cut(name, "@")
	i := slices.IndexFunc(disputes, func(d dispute) bool {
		is, _ := path.Match(d.name, name)
		return d.role == role && is && strings.HasPrefix(r.Got, d.got)
	})
	if i < 0 {
		return nil
	}
	return &disputes[i]
}

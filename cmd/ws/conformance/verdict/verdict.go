// Package verdict is what the conformance suite says of a peer: the words that
// its parts share. The suite finds verdicts, the reports show them.
package verdict

import (
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Verdict says how a peer did in a case.
type Verdict string

const (
	Pass          Verdict = "pass"
	NonStrict     Verdict = "non-strict"    // a SHOULD was not met, or a rule of senders that a receiver may let pass was let pass
	Fail          Verdict = "fail"          // a MUST was not met
	Unimplemented Verdict = "unimplemented" // the peer declines the extension that the case is about
	Informational Verdict = "informational" // no rule says what is right
	Error         Verdict = "error"         // there was no connection to judge: never a pass
)

// All are the verdicts, in the order in which summaries list them.
var All = []Verdict{Pass, NonStrict, Fail, Unimplemented, Informational, Error}

// Case is what a report has to know of a case.
type Case struct {
	ID       string        // such as 6455-5.5.1-2/close-1-byte@bytewise
	Title    string        // what it does, in a sentence
	Rules    []string      // ids of requirements.tsv; the first is the one in ID
	Peer     protocol.Role // which side is tested
	Autobahn []string      // numbers of the cases of the Autobahn suite that it stands for, such as "7.3.2"
}

// Result is how a peer did in a case.
type Result struct {
	Case    *Case
	Verdict Verdict
	Broken  []string // ids of the requirements that were not met, those of senders included
	// Want and Got are in a line each what was due and what came. Got is ""
	// for Pass.
	Want, Got string
	Close     int // the code of the peer's Close frame, 1005 for one without a code, 0 for none
	Took      time.Duration
	Wire      []Chunk // in the order in which it was sent and received
}

// Chunk is bytes that went over the wire at once.
type Chunk struct {
	At    time.Duration // since the connection was made
	From  protocol.Role
	Bytes []byte // what is kept of them; at most some KB of generated load
	Left  int64  // how many more there were
}

// Run is the results of one peer.
type Run struct {
	Subject string // the URL of a server, the agent's name of a client
	Peer    protocol.Role
	Began   time.Time
	Took    time.Duration
	Results []Result
	// Command repeats one case against the same peer, with %s for its ID, as
	// typed in a shell.
	Command string
}

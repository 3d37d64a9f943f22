package conformance

import (
	"fmt"
	"slices"
)

// Verdict says how a server did.
type Verdict int

const (
	Wrong    Verdict = iota // not as the RFC demands
	Allowed                 // as the RFC allows
	Exact                   // as the fixture says
	Declined                // not to be judged: the server does not agree to what the fixture needs
)

// String returns the verdict as a word.
func (v Verdict) String() string { return [...]string{"wrong", "allowed", "exact", "declined"}[v] }

// Outcome is the verdict about a server in one fixture.
type Outcome struct {
	Name    string
	Verdict Verdict
	Why     string // unless it is Exact
}

// due adds up what is due in all turns.
func (s *Script) due() (all turn) {
	for _, t := range s.turns {
		all.messages = append(all.messages, t.messages...)
		all.pongs = append(all.pongs, t.pongs...)
		all.end = t.end
	}
	return all
}

// judge compares what came with what was due.
func judge(due turn, got *answers) (Verdict, string) {
	if got.broken != "" {
		return Wrong, got.broken
	}
	if due.end.how == failed {
		return judgeFailure(due, got)
	}
	if due.end.how == closed {
		return judgeClose(due, got)
	}
	switch {
	case !slices.Equal(got.messages, due.messages):
		return Wrong, fmt.Sprintf("echoes %v, want %v", got.messages, due.messages)
	case !pongsFor(due.pongs, got.pongs):
		return Wrong, fmt.Sprintf("answers Pings by %.40q, want %.40q", got.pongs, due.pongs)
	case got.close != nil:
		return Wrong, fmt.Sprintf("closes with %d", *got.close)
	case got.ended:
		return Wrong, "ends the connection"
	case !got.idle:
		return Wrong, "stops answering"
	}
	return Exact, ""
}

// pongsFor reports whether Pongs answer Pings: the last one has to be there,
// after others in their order, if any.
func pongsFor(due, got []string) bool {
	if len(due) == 0 {
		return true
	}
	next := 0
	for _, data := range got {
		if i := slices.Index(due[next:], data); i >= 0 {
			next += i + 1
		}
	}
	return next == len(due)
}

// undue returns a message that should not have come back, nil if there is none.
func undue(due turn, got *answers) *message {
	for i, m := range got.messages {
		if i == len(due.messages) || m != due.messages[i] {
			return &m
		}
	}
	return nil
}

func judgeClose(due turn, got *answers) (Verdict, string) {
	switch m := undue(due, got); {
	case m != nil:
		return Wrong, fmt.Sprintf("sends %v", m)
	case got.close == nil && got.ended:
		return Wrong, "ends the connection without a Close frame"
	case got.close == nil:
		return Wrong, "does not answer the Close"
	case !got.ended:
		return Wrong, "leaves the connection open after both Close frames"
	}
	return Exact, ""
}

func judgeFailure(due turn, got *answers) (Verdict, string) {
	e := due.end
	took := Wrong
	if e.sendersRule {
		took = Allowed
	}
	switch m := undue(due, got); {
	case m != nil:
		return took, fmt.Sprintf("takes it: echoes %v", m)
	case len(got.pongs) > len(due.pongs):
		return took, fmt.Sprintf("takes it: sends a Pong with %.40q", got.pongs[len(got.pongs)-1])
	case !got.ended && got.close == nil:
		return took, "takes it: neither fails nor answers"
	case !got.ended:
		return Wrong, fmt.Sprintf("leaves the connection open after Close %d", *got.close)
	case got.close == nil && e.silent:
		return Exact, ""
	case got.close == nil:
		return Allowed, "ends the connection without a Close frame"
	case !slices.Contains(e.codes, *got.close):
		return Allowed, fmt.Sprintf("Close %d instead of %d", *got.close, e.codes[0])
	}
	return Exact, ""
}

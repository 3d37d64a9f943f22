package protocol

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/golden"
)

// inState returns an endpoint in state s, with no output waiting.
func inState(role Role, s State) *session {
	f := fixture{key: exampleKey}
	session := f.start(role)
	e := session.e
	theirs := func(frame ...byte) []byte {
		if role == Server {
			return masked(frame, exampleKey)
		}
		return frame
	}
	switch s {
	case AwaitingClose:
		e.SendClose(CloseNormal, "")
	case OwingClose: // it lasts from the Close event to the end of Answer
		session.e.Receive(theirs(0x88, 0))
		session.e.Next(new(Event))
		e.move(ReceiveClose)
	case Completed:
		session.receive(theirs(0x88, 0))
	case Failed:
		session.receive(theirs(0x83, 0))
	case Closed:
		e.TransportEnded()
	}
	e.Output()
	return session
}

// stimuli is everything that can happen to an endpoint, with the input of the
// table that it is, if it is one.
var stimuli = []struct {
	name  string
	input Input
	do    func(*session) error
}{
	{"Send", SendMessage, func(s *session) error { return s.e.Send(Text, true, []byte("a")) }},
	{"SendHeader", SendMessage, func(s *session) error { _, err := s.e.SendHeader(Text, true, nil); return err }},
	{"SendPrepared", SendMessage, func(s *session) error { return s.e.SendPrepared(preparedA) }},
	{"SendPing", SendPing, func(s *session) error { return s.e.SendPing([]byte("p")) }},
	{"SendPong", SendPing, func(s *session) error { return s.e.SendPong([]byte("p")) }},
	{"SendClose", SendClose, func(s *session) error { return s.e.SendClose(CloseGoingAway, "") }},
	{"data frame", noInput, receiving(0x81, 1, 'a')},
	{"ping frame", ReceivePing, receiving(0x89, 1, 'p')},
	{"pong frame", noInput, receiving(0x8a, 1, 'p')},
	{"close frame", ReceiveClose, receiving(0x88, 2, 0x03, 0xe8)},
	{"bad frame", Fail, receiving(0x83, 0)},
	{"TransportEnded", TransportEnd, func(s *session) error { s.e.TransportEnded(); return nil }},
}

var preparedA, _ = Prepare(Text, []byte("a"))

const noInput = Input(inputs)

func receiving(frame ...byte) func(*session) error {
	return func(s *session) error {
		s.e.Receive(append([]byte(nil), frame...))
		var ev Event
		for s.e.Next(&ev) {
			fmt.Fprintf(&s.log, "%s, ", strings.TrimSpace(describe([]Event{ev})))
			s.e.Answer(&ev)
		}
		return nil
	}
}

// Every input in every state, illegal ones included: what the table says, and
// what an endpoint does.
//
//rfc:6455-5.1-8 6455-5.5.1-8 6455-5.5.1-9 6455-5.5.1-17 6455-5.5.2-3 6455-5.5.2-5 6455-6.1-1
//rfc:6455-7.1.3-1 6455-7.1.4-1 6455-7.1.7-5 6455-7.1.7-7 6455-1.4-1
func TestStates(t *testing.T) {
	var table strings.Builder
	table.WriteString("Every input in every state: the table, then what an endpoint (a client) does.\n")
	for s := range State(states) {
		fmt.Fprintf(&table, "\n%v\n", s)
		for in := range Input(inputs) {
			fmt.Fprintf(&table, "  %-15v %s\n", in, describeTransition(transitions[s][in]))
		}
		for _, stimulus := range stimuli {
			fmt.Fprintf(&table, "    %-15s %s\n", stimulus.name, behaviour(s, stimulus.do))
		}
	}
	golden.Check(t, "testdata/states.golden", table.String())
}

func describeTransition(tr transition) string {
	switch tr.verdict {
	case ignore:
		return "ignored, " + tr.rule
	case refuse:
		return "refused, " + tr.rule
	}
	return "-> " + tr.next.String()
}

// behaviour tells what an endpoint in state s does.
func behaviour(s State, do func(*session) error) string {
	session := inState(Client, s)
	err := do(session)
	var refused *StateError
	if errors.As(err, &refused) {
		fmt.Fprintf(&session.log, "refused, %s", refused.Rule)
	} else {
		for _, f := range splitFrames(session.e.Output()) {
			fmt.Fprintf(&session.log, "> %s, ", f)
		}
		fmt.Fprintf(&session.log, "-> %v", session.e.State())
	}
	return session.log.String()
}

// The endpoint goes where the table says and refuses what the table refuses.
func TestBehaviourFollowsTable(t *testing.T) {
	for s := range State(states) {
		for _, stimulus := range stimuli {
			if stimulus.input == noInput {
				continue
			}
			want := transitions[s][stimulus.input]
			if s == Open && stimulus.input == ReceiveClose {
				want = transitions[OwingClose][SendClose] // the answer follows at once
			}
			session := inState(Client, s)
			if got := session.e.State(); got != s {
				t.Fatalf("in state %v, want %v", got, s)
			}
			err := stimulus.do(session)
			var refused *StateError
			switch got := session.e.State(); {
			case errors.As(err, &refused) != (want.verdict == refuse):
				t.Errorf("%v, %s: error %v", s, stimulus.name, err)
			case refused != nil && *refused != StateError{s, stimulus.input, want.rule}:
				t.Errorf("%v, %s: error %+v", s, stimulus.name, refused)
			case want.verdict == allow && got != want.next, want.verdict != allow && got != s:
				t.Errorf("%v, %s: state %v", s, stimulus.name, got)
			}
		}
	}
}

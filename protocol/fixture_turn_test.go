package protocol

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// turnWords are the words of the lines that make up a turn.
var turnWords = map[string]func(*turn, []string) error{
	"<":       (*turn).parseIn,
	">":       (*turn).parseOut,
	"event":   (*turn).parseEvent,
	"fail":    (*turn).parseFail,
	"state":   (*turn).parseState,
	"refused": (*turn).parseRefused,
	"send":    (*turn).parseSend,
	"ping":    (*turn).parsePing,
	"pong":    (*turn).parsePong,
	"close":   (*turn).parseClose,
	"end":     (*turn).parseEnd,
}

// actionWords are those of them that begin a turn of our own.
var actionWords = map[string]bool{"send": true, "ping": true, "pong": true, "close": true, "end": true}

func (t *turn) parseIn(args []string) error {
	b, err := parseHex(args)
	t.in = append(t.in, b...)
	return err
}

func (t *turn) parseOut(args []string) error {
	b, err := parseHex(args)
	t.out = append(t.out, b...)
	return err
}

func (t *turn) parseSend(args []string) error {
	if len(args) == 0 {
		return errors.New("what to send?")
	}
	typ, err := parseType(args[0])
	if err != nil {
		return err
	}
	args, fin := args[1:], true
	if len(args) > 0 && args[0] == "part" {
		args, fin = args[1:], false
	}
	data, err := parseQuoted(args)
	t.do = func(e *Endpoint) error { return e.Send(typ, fin, []byte(data)) }
	return err
}

func (t *turn) parsePing(args []string) error {
	data, err := parseQuoted(args)
	t.do = func(e *Endpoint) error { return e.SendPing([]byte(data)) }
	return err
}

func (t *turn) parsePong(args []string) error {
	data, err := parseQuoted(args)
	t.do = func(e *Endpoint) error { return e.SendPong([]byte(data)) }
	return err
}

func (t *turn) parseClose(args []string) error {
	code, reason, err := parseCodeReason(args)
	t.do = func(e *Endpoint) error { return e.SendClose(code, reason) }
	return err
}

func (t *turn) parseEnd(args []string) error {
	want := strings.Join(args, " ")
	if want != "clean" && want != "unclean" {
		return fmt.Errorf("unknown end %q", want)
	}
	t.do = func(e *Endpoint) error {
		if got := e.TransportEnded(); got != (want == "clean") {
			return fmt.Errorf("clean: %v, want %s", got, want)
		}
		return nil
	}
	return nil
}

func (t *turn) parseRefused(args []string) error {
	if len(args) != 1 || !requirementID.MatchString(args[0]) {
		return fmt.Errorf("want a requirement, not %q", args)
	}
	if t.do == nil {
		return errors.New("nothing to refuse")
	}
	t.refused = args[0]
	return nil
}

func (t *turn) parseEvent(args []string) error {
	if len(args) == 0 {
		return errors.New("which event?")
	}
	kind, args := args[0], args[1:]
	var ev Event
	var err error
	switch kind {
	case "ping", "pong":
		ev.Kind = map[string]EventKind{"ping": PingEvent, "pong": PongEvent}[kind]
		ev.Data, err = parseData(args)
	case "close":
		ev.Kind = CloseEvent
		ev.Code, ev.Reason, err = parseCodeReason(args)
	default:
		ev.Type, err = parseType(kind)
		if err != nil {
			return err
		}
		if len(args) > 0 && args[0] == "fin" {
			ev.Fin, args = true, args[1:]
		}
		ev.Data, err = parseData(args)
	}
	t.events = append(t.events, ev)
	return err
}

func (t *turn) parseFail(args []string) error {
	if len(args) < 2 || len(args) > 3 || !requirementID.MatchString(args[1]) {
		return fmt.Errorf("want a code, a requirement and perhaps an option, not %q", args)
	}
	code, err := parseCode(args[0])
	failure := &ProtocolError{Code: code, Rule: args[1]}
	if len(args) == 3 {
		failure.Option = args[2]
	}
	t.events = append(t.events, Event{Kind: FailureEvent, Err: failure})
	return err
}

func (t *turn) parseState(args []string) error {
	t.state = strings.Join(args, " ")
	for s := range State(states) {
		if s.String() == t.state {
			return nil
		}
	}
	return fmt.Errorf("unknown state %q", t.state)
}

func parseType(word string) (Type, error) {
	switch word {
	case "text":
		return Text, nil
	case "binary":
		return Binary, nil
	}
	return 0, fmt.Errorf("unknown type %q", word)
}

func parseData(args []string) ([]byte, error) {
	s, err := parseQuoted(args)
	return []byte(s), err
}

func parseCode(word string) (CloseCode, error) {
	n, err := strconv.ParseUint(word, 10, 16)
	return CloseCode(n), err
}

// parseCodeReason reads a close code and, if there is one, a reason. No code
// is CloseNoStatus.
func parseCodeReason(args []string) (code CloseCode, reason string, err error) {
	if len(args) == 0 {
		return CloseNoStatus, "", nil
	}
	if len(args) > 1 {
		reason, err = parseQuoted(args[1:])
		if err != nil {
			return 0, "", err
		}
	}
	code, err = parseCode(args[0])
	return code, reason, err
}

package dissect

import (
	"slices"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Violation is a requirement that a side has broken, or a limit that it has
// exceeded.
type Violation struct {
	Rule   string // the requirement's id
	Text   string // what happened, in a few words
	Code   protocol.CloseCode
	Option string // the option that sets a limit, "" for a rule
	Field  string // the name of the field that is to blame
	Offset int64  // of the first byte that is, as in Part
}

// blame makes err the part's violation, which has come out at byte i.
func (p *Part) blame(err *protocol.ProtocolError, i int) {
	f := p.guilty(err.Rule, i)
	if f.Name != payloadName {
		i = f.Bit / 8
	}
	p.Violation = &Violation{Rule: err.Rule, Text: err.Text, Code: err.Code, Option: err.Option, Field: f.Name, Offset: p.Offset + int64(i)}
}

// guilt names the fields that requirements are about, those of the close codes
// and of the payload excepted.
var guilt = map[string]string{
	"6455-5.2-6":  "opcode",
	"6455-5.1-3":  "MASK",
	"6455-5.1-6":  "MASK",
	"6455-5.2-11": "Extended payload length",
	"6455-5.2-13": "Extended payload length",
	"6455-5.5-2":  "Payload len",
	"6455-5.5-4":  "FIN",
	"6455-5.4-5":  "opcode",
	"6455-5.4-10": "opcode",
	"6455-8.1-3":  reason,
	"6455-10.4-3": "Payload len",
}

// guilty returns the field by which p breaks a rule. It came out at byte i.
func (p *Part) guilty(rule string, i int) Field {
	name := guilt[rule]
	switch {
	case rule == "6455-5.2-5":
		name = p.reserved()
	case p.Header.Opcode == protocol.OpClose && i > 0 && name == "":
		name = statusCode
	case i > 0 && name != reason:
		name = payloadName
	case name == "":
		name = "FIN" // the message must not end here
	}
	at := slices.IndexFunc(p.Fields, func(f Field) bool { return f.Name == name })
	return p.Fields[max(at, 0)]
}

// reserved returns the name of the reserved bit that should not be set.
func (p *Part) reserved() string {
	for _, f := range p.Fields[1:4] {
		if slices.Contains(f.Rules, "6455-5.2-5") {
			return f.Name
		}
	}
	return "RSV1"
}

package dissect

import (
	"math"

	"github.com/seed372fb791/rfc6455/internal/requirements"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Kind tells the kinds of Part apart.
type Kind string

// The kinds of parts.
const (
	Frame    Kind = "frame"
	Request  Kind = "request"  // the client's opening handshake, or a request before it
	Response Kind = "response" // the server's, or a response before it
	Body     Kind = "body"     // of a request or response, or the next piece of a long one
	Proxied  Kind = "proxied"  // what the PROXY protocol says before all else
	Unread   Kind = "unread"   // bytes that are neither: what they mean is unknown
)

// Part is one piece of what a side has sent. The parts of a direction have all
// its bytes, and the fields of a part all its bits, each once and in order.
type Part struct {
	Kind   Kind
	From   protocol.Role
	Offset int64  // of its first byte among all that its side has sent
	Bytes  []byte // as they were on the wire
	Whole  bool   // none of its bytes is missing
	Fields []Field

	// Plain says of a request that it does not ask for WebSocket, and of a
	// response that it answers such a one.
	Plain bool

	// Of a frame whose header is whole:
	Header     protocol.Header
	Payload    []byte           // what is there of it, not masked
	Type       protocol.Type    // of the message that a data frame belongs to
	Compressed bool             // that message is
	Contents   []byte           // of a data frame, after inflating: what it adds to its message
	More       int64            // bytes of Contents, or else Payload, that whoever shows p has left out
	Events     []protocol.Event // what an endpoint that receives it makes of it

	Violation *Violation // nil if no rule is broken
	// Ignored is the id of the requirement by which an endpoint does not look
	// at this part any more, after a Close frame or a violation; "" if it does.
	Ignored string
	// Unjudged says that whether a data frame breaks a rule, and what its
	// contents are, depends on what has not been seen, see Config.Partial.
	Unjudged bool
}

// missing returns how many bytes of a frame's payload are missing, a negative
// number if that is not known or its length not to be trusted.
func (p *Part) missing() int64 {
	if p.Kind != Frame || len(p.Fields) == 1 || p.Violation != nil || p.Ignored != "" || p.Header.Length > math.MaxInt64 {
		return -1
	}
	return int64(p.Header.Length) - int64(len(p.Payload))
}

// Field is some bits of a part that mean something.
type Field struct {
	Name      string // the RFC's
	Bit, Bits int    // where it begins in the part, and how long it is
	Value     string
	Meaning   string // of this value here, in a sentence
	Section   string // where it is defined, such as "5.2", or "7692:6" in another RFC
	Rules     []string
}

// Explain returns the requirement with an id, nil if there is none. It is
// shared: do not change it.
func Explain(id string) *requirements.Requirement { return table()[id] }

// Rules returns the ids of all requirements that p mentions, each once.
func (p *Part) Rules() (ids []string) {
	seen := make(map[string]bool)
	add := func(id string) {
		if id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	if p.Violation != nil {
		add(p.Violation.Rule)
	}
	add(p.Ignored)
	for _, f := range p.Fields {
		for _, id := range f.Rules {
			add(id)
		}
	}
	return ids
}

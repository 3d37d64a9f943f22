package suite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// due is what is due in a case, all turns together.
type due struct {
	peer     protocol.Role
	rules    []string // of the case
	fallback string   // what is broken if the first of them does not bind the peer
	messages int
	first    content // of the messages, if there is one
	pongs    []string
	unasked  []string // the data of our own Pongs
	end      ending
	house    string
	freshKey bool
	late     bool // something is sent behind our Close
	breach   bool // and is no frame that the RFC knows
	loaded   bool // with more than peers need to take
	response bool // only a valid response to the client's opening handshake
}

// due adds up what is due in all turns.
func (c *Case) due() due {
	d := due{peer: c.Peer, rules: c.Rules, house: c.script.house, freshKey: c.script.freshKey, loaded: c.Generated}
	if d.fallback = ruleInOrder; c.script.deflate != nil {
		d.fallback = "7692-7.2.2-2"
	}
	for _, t := range c.script.turns {
		d.messages += len(t.messages)
		if t.load != nil {
			d.messages += t.load.count
		}
		d.pongs, d.unasked = append(d.pongs, t.pongs...), append(d.unasked, t.unasked...)
		d.end = t.end
	}
	d.late, d.breach = c.script.goesOn()
	d.response = c.opening != nil && c.Peer == protocol.Client && d.messages == 0
	d.first, _ = c.script.message(0)
	d.loaded = d.loaded || d.first.size > modest
	return d
}

// modest is how long a message is, in bytes, that any peer should take. Its
// limits are its own (section 10.4).
const modest = 4 << 10

// The codes by which peers tell of their limits.
const (
	codePolicy = 1008
	codeTooBig = 1009
)

// finding is what a judge says.
type finding struct {
	verdict   verdict.Verdict
	broken    []string
	want, got string
}

// is returns a finding about a rule.
func is(v verdict.Verdict, rule, format string, args ...any) finding {
	return finding{verdict: v, broken: []string{rule}, got: fmt.Sprintf(format, args...)}
}

// judge compares what came with what was due. ended says that the peer has ended
// the connection.
func judge(d due, h *heard, ended bool) finding {
	f := d.judge(h, ended)
	if h.broken != nil {
		f = is(level(h.broken.rule), h.broken.rule, "%s", h.broken.text)
	} else if d.house != "" {
		f = finding{verdict: verdict.Informational, got: d.told(f.got)}
	} else if f.verdict == verdict.Pass && len(h.remarks) > 0 {
		f = is(verdict.NonStrict, h.remarks[0].rule, "%s", h.remarks[0].text)
	}
	f.want = d.String()
	return f
}

// told is what a peer did where no rule says what is right.
func (d due) told(got string) string {
	if got == "" {
		got = "does that"
	}
	return got + "; " + d.house
}

func (d due) judge(h *heard, ended bool) finding {
	switch d.end.how {
	case failed:
		return d.judgeFailure(h, ended)
	case closed:
		return d.judgeClose(h, ended)
	}
	first := d.rules[0]
	if !requiresPeer(first, d.peer) {
		first = d.fallback
	}
	switch {
	case h.undue != nil:
		return is(verdict.Fail, first, "sends %v", h.undue)
	case d.loaded && (h.code == codeTooBig || h.code == codePolicy):
		return finding{verdict: verdict.Informational, got: fmt.Sprintf("closes with %d; limits are the peer's to choose", h.code)}
	case d.response && (h.code != 0 || ended): // no rule has it accept any
		return is(verdict.NonStrict, "6455-4.1-48", "refuses a valid response")
	case h.code != 0:
		return is(verdict.Fail, first, "closes with %s", codeName(h.code))
	case ended:
		return is(verdict.Fail, first, "ends the connection")
	case len(h.messages) < d.messages:
		return is(verdict.Fail, first, "sends %d of %d messages back", len(h.messages), d.messages)
	case !pongsFor(d.pongs, h.pongs):
		return is(verdict.Fail, "6455-5.5.2-3", "answers Pings by %.60q", h.pongs)
	case !h.idle:
		return is(verdict.Fail, "6455-5.5.2-3", "does not answer the last Ping")
	case d.answered(h.pongs) != "":
		return is(verdict.NonStrict, "6455-5.5.3-5", "answers the Pong %q by a Pong", d.answered(h.pongs))
	case d.freshKey && !fresh(h.keys):
		return finding{verdict: verdict.Informational, broken: []string{"6455-5.3-3"}, got: "uses a masking key again"}
	}
	return finding{verdict: verdict.Pass}
}

// requiresPeer reports whether a requirement says what the peer has to do.
func requiresPeer(id string, peer protocol.Role) bool {
	r := requirement(id)
	return r.Role != other(peer).String() && r.Level != "MAY"
}

// fresh reports whether all keys differ.
func fresh(keys [][4]byte) bool {
	seen := map[[4]byte]bool{}
	for _, k := range keys {
		seen[k] = true
	}
	return len(seen) == len(keys)
}

// pongsFor reports whether Pongs answer Pings: the last one has to be there
// (section 5.5.3), after others in their order, if any.
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

// answered returns the data of one of our own Pongs that has come back though no
// Ping had it, "" for none.
func (d due) answered(pongs []string) string {
	for _, data := range d.unasked {
		if data != "" && slices.Contains(pongs, data) && !slices.Contains(d.pongs, data) {
			return data
		}
	}
	return ""
}

// judgeClose judges the answer to our Close. What comes behind that is to be
// dropped by a section that is not normative only, and a Ping may be answered.
func (d due) judgeClose(h *heard, ended bool) finding {
	sent := d.end.codes[0]
	switch {
	case h.undue != nil && (!d.late || len(h.messages) <= d.messages):
		return is(verdict.Fail, d.fallback, "sends %v", h.undue)
	case h.code == 0 && ended && d.breach:
		return is(verdict.NonStrict, "6455-1.4-1", "ends the connection without a Close frame, at what came after ours")
	case h.code == 0 && ended:
		return is(verdict.Fail, "6455-5.5.1-9", "ends the connection without a Close frame")
	case h.code == 0:
		return is(verdict.Fail, "6455-5.5.1-9", "does not answer the Close")
	case !ended && d.peer == protocol.Server:
		return is(verdict.Fail, "6455-5.5.1-14", "leaves the connection open after both Close frames")
	case !ended:
		return is(verdict.Fail, "6455-5.5.1-13", "leaves the connection open after both Close frames and the end of ours")
	case h.undue != nil:
		return is(verdict.NonStrict, "6455-1.4-1", "answers what came after the Close: sends %v", h.undue)
	case d.late && len(h.pongs) > len(d.pongs):
		return is(verdict.NonStrict, "6455-1.4-1", "answers what came after the Close with a Pong")
	case h.code != sent && h.code != 1000 && h.code != codeNone:
		return is(verdict.NonStrict, "6455-5.5.1-10", "answers with %s", codeName(h.code))
	}
	return finding{verdict: verdict.Pass}
}

// judgeFailure judges what a peer does about a rule that the runner breaks.
func (d due) judgeFailure(h *heard, ended bool) finding {
	took := passLevel(d.end.rule, d.peer)
	switch {
	case h.undue != nil:
		return is(took, d.end.rule, "takes it: sends %v", h.undue)
	case len(h.pongs) > len(d.pongs):
		return is(took, d.end.rule, "takes it: sends a Pong with %.40q", h.pongs[len(h.pongs)-1])
	case !ended && h.code == 0:
		return is(took, d.end.rule, "takes it: neither fails nor answers")
	case !ended:
		return is(verdict.Fail, ruleFailing[d.peer], "leaves the connection open after Close %s", codeName(h.code))
	case h.code == 0 && d.end.silent:
		return finding{verdict: verdict.Pass}
	case h.code == 0:
		return is(verdict.NonStrict, "6455-7.1.7-5", "ends the connection without a Close frame")
	case !slices.Contains(d.end.codes, h.code):
		return is(verdict.NonStrict, "6455-7.1.7-5", "closes with %s", codeName(h.code))
	}
	return finding{verdict: verdict.Pass}
}

var ruleFailing = map[protocol.Role]string{protocol.Server: "6455-7.1.7-3", protocol.Client: "6455-7.1.7-1"}

// failure returns what the RFC leaves to a peer for which the runner breaks a
// rule.
func failure(code int, rule string) ending {
	e := ending{how: failed, codes: []int{code}, rule: rule}
	switch rule {
	case "6455-5.1-3", "6455-5.1-6": // the mask
		e.silent = true
	case "6455-8.1-3": // not UTF-8 in the reason of a Close
		e.codes = []int{1007, 1002}
	case "6455-5.2-11": // a length of 2^63 or more
		e.codes = []int{1002, 1009}
	}
	if strings.HasPrefix(rule, "7692-7.2") { // what does not inflate
		e.codes = append(e.codes, 1007)
	}
	return e
}

// codeName names the code of a Close frame.
func codeName(code int) string {
	if code == codeNone {
		return "no code"
	}
	return fmt.Sprint(code)
}

// String returns what is due in a line.
func (d due) String() string {
	var parts []string
	switch {
	case d.messages == 1:
		parts = append(parts, d.first.String()+" back")
	case d.messages > 1:
		parts = append(parts, fmt.Sprintf("%d messages back, first %v", d.messages, d.first))
	}
	if len(d.pongs) > 0 {
		parts = append(parts, fmt.Sprintf("Pongs with %.60q", d.pongs))
	}
	switch d.end.how {
	case closed:
		parts = append(parts, fmt.Sprintf("Close %s and the end of the connection", codeName(d.end.codes[0])))
	case failed:
		parts = append(parts, fmt.Sprintf("Close %d and the end of the connection", d.end.codes[0]))
	default:
		parts = append(parts, "the connection stays open")
	}
	return strings.Join(parts, ", ")
}

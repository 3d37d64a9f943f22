package suite

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/seed372fb791/rfc6455/protocol"
)

const deflateName = "permessage-deflate"

// element is an element of Sec-WebSocket-Extensions (section 9.1).
type element struct {
	name   string
	params []param
}

type param struct {
	name, value string
	hasValue    bool
}

// parseExtensions reads all fields of that name.
func parseExtensions(fields []string) (all []element, err error) {
	for _, text := range splitList(strings.Join(fields, ","), ',') {
		parts := splitList(text, ';')
		if len(parts) == 0 {
			continue
		}
		e := element{name: parts[0]}
		if !isToken(e.name) {
			return nil, fmt.Errorf("%q is no token", e.name)
		}
		for _, part := range parts[1:] {
			var p param
			p.name, p.value, p.hasValue = strings.Cut(part, "=")
			p.name, p.value = strings.TrimSpace(p.name), unquote(strings.TrimSpace(p.value))
			if !isToken(p.name) || p.hasValue && !isToken(p.value) {
				return nil, fmt.Errorf("%q is no parameter", part)
			}
			e.params = append(e.params, p)
		}
		all = append(all, e)
	}
	return all, nil
}

// splitList splits at a separator, but for those in quotes, and drops what is
// empty.
func splitList(text string, separator byte) (parts []string) {
	from, quoted := 0, false
	for i := 0; i <= len(text); i++ {
		switch {
		case i == len(text) || text[i] == separator && !quoted:
			if part := strings.TrimSpace(text[from:i]); part != "" {
				parts = append(parts, part)
			}
			from = i + 1
		case quoted && text[i] == '\\':
			i++
		case text[i] == '"':
			quoted = !quoted
		}
	}
	return parts
}

// unquote takes the quotes off a value that has them.
func unquote(s string) string {
	inner, opens := strings.CutPrefix(s, `"`)
	inner, ends := strings.CutSuffix(inner, `"`)
	if !opens || !ends {
		return s
	}
	return strings.ReplaceAll(inner, `\`, "")
}

func isToken(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte("()<>@,;:\\\"/[]?={}", s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}

// params are the parameters of permessage-deflate (RFC 7692, section 7.1).
type params struct {
	serverNoTakeover, clientNoTakeover bool
	serverBits, clientBits             int  // 0 for none
	clientAny                          bool // client_max_window_bits without a value
}

// direction is how one side compresses.
type direction struct {
	noTakeover bool
	bits       int
}

const mostBits = 15

// of returns how a role compresses.
func (p params) of(role protocol.Role) direction {
	d := direction{p.clientNoTakeover, p.clientBits}
	if role == protocol.Server {
		d = direction{p.serverNoTakeover, p.serverBits}
	}
	if d.bits == 0 {
		d.bits = mostBits
	}
	return d
}

// badParam says which rule a parameter breaks.
type badParam struct{ rule, text string }

func (e *badParam) Error() string { return e.text }

// asBad returns an error that is about a parameter, nil for another.
func asBad(err error) (bad *badParam) {
	errors.As(err, &bad)
	return bad
}

// The rules that clients have to meet responses with. Those for servers about
// offers are the same three, less 4.
const (
	ruleUnknownParam = "7692-7-8"
	ruleBadParam     = "7692-7-9"
	ruleParamTwice   = "7692-7-10"
)

// parseParams reads the parameters of an element.
func parseParams(e element) (p params, err error) {
	seen := map[string]bool{}
	for _, param := range e.params {
		if seen[param.name] {
			return p, &badParam{ruleParamTwice, "the parameter " + param.name + " stands there twice"}
		}
		seen[param.name] = true
		ok := !param.hasValue
		switch param.name {
		case "server_no_context_takeover":
			p.serverNoTakeover = true
		case "client_no_context_takeover":
			p.clientNoTakeover = true
		case "server_max_window_bits":
			p.serverBits, ok = windowBits(param.value)
		case "client_max_window_bits":
			if p.clientAny = !param.hasValue; param.hasValue {
				p.clientBits, ok = windowBits(param.value)
			}
		default:
			return p, &badParam{ruleUnknownParam, "there is no parameter " + param.name}
		}
		if !ok {
			return p, &badParam{ruleBadParam, fmt.Sprintf("the parameter %s has the value %q", param.name, param.value)}
		}
	}
	return p, nil
}

func windowBits(s string) (bits int, ok bool) {
	bits, err := strconv.Atoi(s)
	return bits, err == nil && bits >= 8 && bits <= mostBits && s[0] != '0' && s[0] != '+'
}

// String returns the element as it stands in the field.
func (p params) String() string {
	text := deflateName
	add := func(is bool, s string) {
		if is {
			text += "; " + s
		}
	}
	add(p.serverNoTakeover, "server_no_context_takeover")
	add(p.clientNoTakeover, "client_no_context_takeover")
	add(p.serverBits > 0, fmt.Sprintf("server_max_window_bits=%d", p.serverBits))
	add(p.clientBits > 0, fmt.Sprintf("client_max_window_bits=%d", p.clientBits))
	add(p.clientAny && p.clientBits == 0, "client_max_window_bits")
	return text
}

// refuses returns what is wrong with a response to this offer, nil if it is
// good (sections 7.1.1 and 7.1.2).
func (offer params) refuses(response params) error {
	switch {
	case offer.serverNoTakeover && !response.serverNoTakeover:
		return &badParam{"7692-7.1.1.1-5", "it accepts an offer with server_no_context_takeover without it"}
	case offer.serverBits > 0 && (response.serverBits == 0 || response.serverBits > offer.serverBits):
		return &badParam{"7692-7.1.2.1-6", fmt.Sprintf("it accepts an offer with server_max_window_bits=%d by %q", offer.serverBits, response)}
	case response.clientAny:
		return &badParam{"7692-7.1.2.2-8", "client_max_window_bits has no value"}
	case response.clientBits > 0 && !offer.clientAny && offer.clientBits == 0:
		return &badParam{"7692-7.1.2.2-10", "it has client_max_window_bits, which was not offered"}
	}
	return nil
}

// answer returns the response of a server that wants what wish says to an
// offer, if there is one. It takes the hints about the client's compression: the
// client may not be able to do without.
func (offer params) answer(wish params) (response params, ok bool) {
	response = params{
		serverNoTakeover: offer.serverNoTakeover || wish.serverNoTakeover,
		clientNoTakeover: offer.clientNoTakeover || wish.clientNoTakeover,
		serverBits:       smaller(offer.serverBits, wish.serverBits),
		clientBits:       smaller(offer.clientBits, wish.clientBits),
	}
	return response, wish.clientBits == 0 || offer.clientAny || offer.clientBits > 0
}

// smaller returns the smaller window of two, 0 for none.
func smaller(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// unhinted returns the offer without the hints about the client's compression.
func (offer params) unhinted() params {
	offer.clientAny = offer.clientAny || offer.clientBits > 0
	offer.clientNoTakeover, offer.clientBits = false, 0
	return offer
}

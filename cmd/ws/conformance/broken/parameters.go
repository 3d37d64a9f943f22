package broken

import (
	"strconv"
	"strings"
)

// parameters are those of permessage-deflate.
type parameters struct {
	serverForgets, clientForgets bool   // no_context_takeover
	serverBits, clientBits       int    // max_window_bits, 0 if not there
	clientMayBeTold              bool   // its bits: client_max_window_bits was offered
	unknown                      string // what a lax peer agrees to
}

// extension is an element of Sec-WebSocket-Extensions.
type extension struct {
	name   string
	params [][2]string // names and values
}

// extensions takes elements apart; ok is false if they do not conform to the
// grammar.
func extensions(list []string) (all []extension, ok bool) {
	for _, element := range list {
		name, rest, more := strings.Cut(element, ";")
		e := extension{name: strings.Trim(name, " \t")}
		if !token(e.name) {
			return nil, false
		}
		for more {
			var param string
			param, rest, more = strings.Cut(rest, ";")
			name, value, given := strings.Cut(param, "=")
			name, value = strings.Trim(name, " \t"), strings.Trim(value, " \t")
			if n := len(value); n > 1 && value[0] == '"' && value[n-1] == '"' {
				value = strings.ReplaceAll(value[1:n-1], `\`, "")
			}
			if !token(name) || given && !token(value) {
				return nil, false
			}
			e.params = append(e.params, [2]string{name, value})
		}
		all = append(all, e)
	}
	return all, true
}

// parse returns the parameters of an element, of a response or else of an
// offer. ok is false for those that have to be declined.
func (c *conduct) parse(e extension, response bool) (p parameters, ok bool) {
	seen := map[string]bool{}
	for _, param := range e.params {
		name, value := param[0], param[1]
		if c.broken(parameterTwice, seen[name]) {
			return p, false
		}
		seen[name] = true
		ok := true
		switch name {
		case "server_no_context_takeover":
			p.serverForgets, ok = true, value == ""
		case "client_no_context_takeover":
			p.clientForgets, ok = true, value == ""
		case "server_max_window_bits":
			p.serverBits, ok = bits(value)
		case "client_max_window_bits":
			p.clientMayBeTold = true
			if value != "" || response {
				p.clientBits, ok = bits(value)
			}
		default:
			if c.broken(unknownParameter, true) {
				return p, false
			}
			p.unknown += "; " + name
		}
		if c.broken(parameterValue, !ok) {
			return p, false
		}
	}
	return p, true
}

// bits returns the number that a window's parameter gives, 15 instead of one
// that is out of range.
func bits(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil && n >= 8 && n <= 15 && s == strconv.Itoa(n) {
		return n, true
	}
	return 15, false
}

// String returns the element that accepts the parameters.
func (p parameters) String() string {
	s := "permessage-deflate"
	if p.serverForgets {
		s += "; server_no_context_takeover"
	}
	if p.clientForgets {
		s += "; client_no_context_takeover"
	}
	if p.serverBits > 0 {
		s += "; server_max_window_bits=" + strconv.Itoa(p.serverBits)
	}
	if p.clientBits > 0 {
		s += "; client_max_window_bits=" + strconv.Itoa(p.clientBits)
	}
	return s + p.unknown
}

// compress sets up compression for what was agreed on, nil for nothing.
func (s *session) compress(p *parameters) {
	if p == nil {
		return
	}
	us, them, bits := p.serverForgets, p.clientForgets, p.serverBits
	if !s.server {
		us, them, bits = p.clientForgets, p.serverForgets, p.clientBits
	}
	if bits == 0 {
		bits = 15
	}
	s.deflater, s.inflater = newCompressor(us, bits), newDecompressor(them)
}

package handshake

import (
	"slices"
	"strconv"
)

// The extension of RFC 7692, section 7, and its parameters. All of them may stand in offers and in responses.
//
//rfc:7692-5-14 7692-7-1 7692-7-3 6455-9.1-5 6455-9.2-1
const (
	deflateName             = "permessage-deflate"
	serverNoContextTakeover = "server_no_context_takeover"
	clientNoContextTakeover = "client_no_context_takeover"
	serverMaxWindowBits     = "server_max_window_bits"
	clientMaxWindowBits     = "client_max_window_bits"
)

// deflateParams are the parameters as they stand in an element. Bits without a value are 0.
type deflateParams struct {
	Deflate
	boundsServer, boundsClient bool // server_max_window_bits is there, client_max_window_bits is
}

// parseDeflate reads the parameters of an element. The error has the rule for responses: a client fails the
// connection, a server merely declines the offer.
//
//rfc:7692-7-6 7692-7-10
func parseDeflate(params []Param) (p deflateParams, e *Error) {
	for i, param := range params {
		if e := p.set(param); e != nil {
			return p, e
		}
		if slices.ContainsFunc(params[:i], func(q Param) bool { return q.Name == param.Name }) {
			return p, invalidDeflate("7692-7-10", "has a parameter twice")
		}
	}
	return p, nil
}

// set reads one parameter. That a response needs a value where an offer does not is left to check.
//
//rfc:7692-7-4 7692-7-5 7692-7-8 7692-7-9 7692-7.1.2.1-7 7692-7.1.2.2-2 7692-7.1.2.2-8 6455-9-4 6455-9.1-6
func (p *deflateParams) set(param Param) (e *Error) {
	switch param.Name {
	case serverNoContextTakeover:
		p.ServerNoContextTakeover = true
		e = param.checkFlag("7692-7.1.1.1-6")
	case clientNoContextTakeover:
		p.ClientNoContextTakeover = true
		e = param.checkFlag("7692-7.1.1.2-5")
	case serverMaxWindowBits:
		p.boundsServer = true
		p.ServerMaxWindowBits, e = param.windowBits("7692-7.1.2.1-7")
	case clientMaxWindowBits:
		p.boundsClient = true
		if param.HasValue {
			p.ClientMaxWindowBits, e = param.windowBits("7692-7.1.2.2-8")
		}
	default:
		e = invalidDeflate("7692-7-8", "has a parameter that it does not know")
	}
	return e
}

// checkFlag checks that a known parameter has no value.
//
//rfc:7692-7.1.1.1-2 7692-7.1.1.1-6 7692-7.1.1.2-2 7692-7.1.1.2-5
func (p Param) checkFlag(rule string) *Error {
	if p.HasValue {
		return invalidDeflate(rule, "has a value for "+p.Name)
	}
	return nil
}

// windowBits reads the value of a known parameter.
//
//rfc:7692-7.1.2.1-2 7692-7.1.2.1-7 7692-7.1.2.2-3 7692-7.1.2.2-8
func (p Param) windowBits(rule string) (int, *Error) {
	n, err := strconv.Atoi(p.Value)
	if !p.HasValue || err != nil || strconv.Itoa(n) != p.Value || n < minWindowBits || n > maxWindowBits {
		return 0, invalidDeflate(rule, "has no value from 8 to 15 for "+p.Name)
	}
	return n, nil
}

func invalidDeflate(rule, text string) *Error {
	return &Error{Rule: rule, Text: deflateName + " " + text}
}

// extension returns the element with these parameters.
//
//rfc:7692-4-2 7692-7.1.1.1-2 7692-7.1.1.1-6 7692-7.1.1.2-2 7692-7.1.1.2-5
func (p deflateParams) extension() Extension {
	e := Extension{Name: deflateName}
	if p.ServerNoContextTakeover {
		e.Params = append(e.Params, Param{Name: serverNoContextTakeover})
	}
	if p.ClientNoContextTakeover {
		e.Params = append(e.Params, Param{Name: clientNoContextTakeover})
	}
	if p.boundsServer {
		e.Params = append(e.Params, bitsParam(serverMaxWindowBits, p.ServerMaxWindowBits))
	}
	if p.boundsClient {
		e.Params = append(e.Params, bitsParam(clientMaxWindowBits, p.ClientMaxWindowBits))
	}
	return e
}

// bitsParam returns the parameter with bits for a value, without one for 0.
func bitsParam(name string, bits int) Param {
	if bits == 0 {
		return Param{Name: name}
	}
	return Param{Name: name, Value: strconv.Itoa(bits), HasValue: true}
}

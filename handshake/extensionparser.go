package handshake

import "strings"

// extensionParser eats one Sec-WebSocket-Extensions field from the left, a method for each rule of the
// grammar in section 9.1. Spaces are eaten together with what stands before them, so rest never begins with
// one (the implied *LWS rule of section 4.3).
type extensionParser struct{ rest string }

// appendList reads "1#extension"; in an RFC 2616 list, elements may be empty.
func (p *extensionParser) appendList(dst []Extension) ([]Extension, *Error) {
	for {
		for p.eat(',') {
		}
		if p.rest == "" {
			return dst, nil
		}
		e, err := p.extension()
		if err != nil {
			return nil, err
		}
		if p.rest != "" && p.rest[0] != ',' {
			return nil, malformedExtensions("has neither a comma nor a semicolon after an element")
		}
		dst = append(dst, e)
	}
}

// extension reads `token *( ";" extension-param )`.
func (p *extensionParser) extension() (Extension, *Error) {
	e := Extension{Name: p.token()}
	if e.Name == "" {
		return e, malformedExtensions("lacks an extension's name")
	}
	for p.eat(';') {
		param, err := p.param()
		if err != nil {
			return e, err
		}
		e.Params = append(e.Params, param)
	}
	return e, nil
}

// param reads `token [ "=" (token | quoted-string) ]`.
//
//rfc:6455-4.3-5 6455-9.1-3 7692-5.2-1
func (p *extensionParser) param() (Param, *Error) {
	param := Param{Name: p.token()}
	if param.Name == "" {
		return param, malformedExtensions("lacks a parameter's name")
	}
	if !p.eat('=') {
		return param, nil
	}
	param.HasValue = true
	if !strings.HasPrefix(p.rest, `"`) {
		if param.Value = p.token(); param.Value == "" {
			return param, malformedExtensions("lacks a parameter's value")
		}
		return param, nil
	}
	value, ok := p.quoted()
	if !ok {
		return param, malformedExtensions("has a quoted string without end")
	}
	if !isToken(value) {
		return param, &Error{Rule: "6455-9.1-3", Text: "Sec-WebSocket-Extensions has a quoted value that is no token"}
	}
	param.Value = value
	return param, nil
}

func (p *extensionParser) token() string {
	n := 0
	for n < len(p.rest) && isTokenByte[p.rest[n]] {
		n++
	}
	token := p.rest[:n]
	p.skip(n)
	return token
}

// quoted reads a quoted-string, whose first quote is known to be there, and returns it unescaped.
func (p *extensionParser) quoted() (string, bool) {
	var value []byte
	for i := 1; i < len(p.rest); i++ {
		switch p.rest[i] {
		case '"':
			p.skip(i + 1)
			return string(value), true
		case '\\':
			if i++; i == len(p.rest) {
				return "", false
			}
		}
		value = append(value, p.rest[i])
	}
	return "", false
}

func (p *extensionParser) eat(c byte) bool {
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.skip(1)
	return true
}

func (p *extensionParser) skip(n int) { p.rest = strings.TrimLeft(p.rest[n:], " \t") }

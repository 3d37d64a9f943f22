package handshake

// Extension is one element of Sec-WebSocket-Extensions (section 9.1): a name and its parameters in order.
type Extension struct {
	Name   string
	Params []Param
}

// Param is one parameter of an extension. HasValue tells "name=value" from a mere "name"; Value means nothing
// without it. Quotes and escapes around a value are gone: x="10" and x=10 are the same parameter.
type Param struct {
	Name, Value string
	HasValue    bool
}

// ParseExtensions reads all Sec-WebSocket-Extensions fields of a request or response as one list (section
// 9.1), keeping its order, which is the preference of a client and the order of use of a server. Without
// fields there are no extensions; a field that is present has to name one. The error is an *Error without a
// Status. The result aliases the strings in fields.
//
//rfc:6455-4.3-3 6455-9.1-4 6455-9.1-9 6455-9.1-10 6455-11.3.2-1
func ParseExtensions(fields []string) ([]Extension, error) {
	var list []Extension
	for _, field := range fields {
		p := extensionParser{rest: trim(field)}
		var err *Error
		if list, err = p.appendList(list); err != nil {
			return nil, err
		}
	}
	if len(fields) > 0 && len(list) == 0 {
		return nil, malformedExtensions("names no extension")
	}
	return list, nil
}

// AppendExtensions appends the value of a Sec-WebSocket-Extensions field to dst and returns the extended
// slice: "; " before parameters, ", " between extensions, no quotes. [ParseExtensions] turns it back into ext,
// unless ext is empty: then no field is to be sent.
// Names and values have to be tokens; [AppendRequest] and [AppendResponse] check that, this function does not.
func AppendExtensions(dst []byte, ext []Extension) []byte {
	for i, e := range ext {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(dst, e.Name...)
		for _, p := range e.Params {
			dst = append(dst, "; "...)
			dst = append(dst, p.Name...)
			if p.HasValue {
				dst = append(dst, '=')
				dst = append(dst, p.Value...)
			}
		}
	}
	return dst
}

// appendExtensionsField writes the whole field, none if there are no extensions: an empty list is malformed.
//
//rfc:6455-4.2.2-17 6455-11.3.2-2
func appendExtensionsField(dst []byte, ext []Extension) []byte {
	if len(ext) == 0 {
		return dst
	}
	dst = append(dst, "Sec-WebSocket-Extensions: "...)
	dst = AppendExtensions(dst, ext)
	return append(dst, "\r\n"...)
}

// validExtensions reports whether all names and values are tokens, so that they can be sent.
func validExtensions(ext []Extension) bool {
	for _, e := range ext {
		if !isToken(e.Name) {
			return false
		}
		for _, p := range e.Params {
			if !isToken(p.Name) || p.HasValue && !isToken(p.Value) {
				return false
			}
		}
	}
	return true
}

func malformedExtensions(text string) *Error {
	return &Error{Rule: "6455-4.3-3", Text: "Sec-WebSocket-Extensions " + text}
}

package handshake

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Limits bounds the head of a request or response. A zero field means its default.
type Limits struct {
	// Bytes is the greatest length of a head, the empty line at its end included. Default 16384.
	Bytes int
	// Lines is the greatest number of header fields. Default 100.
	Lines int
}

const (
	defaultHeadBytes = 16 << 10
	defaultHeadLines = 100
)

func (l Limits) orDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = defaultHeadBytes
	}
	if l.Lines <= 0 {
		l.Lines = defaultHeadLines
	}
	return l
}

// headErrors says how the faults of a head are reported, which differs between requests and responses.
type headErrors struct {
	malformed, tooLarge Error
}

func (h *headErrors) bad(text string) *Error {
	e := h.malformed
	e.Text = text
	return &e
}

func (h *headErrors) limit(text, option string) *Error {
	e := h.tooLarge
	e.Text, e.Option = text, option
	return &e
}

func (h *headErrors) tooManyBytes(l Limits) *Error {
	return h.limit("the head is longer than "+strconv.Itoa(l.Bytes)+" bytes", "Options.MaxHeaderBytes")
}

func (h *headErrors) tooManyLines(l Limits) *Error {
	return h.limit("the head has more than "+strconv.Itoa(l.Lines)+" fields", "Options.MaxHeaderLines")
}

// headLength returns the length of the head at the start of b, or io.ErrUnexpectedEOF while its end is
// missing. It decides by the bytes up to the first fault only, so a longer b never changes the answer, and
// looks only for the ends of lines, so asking again after each byte of a slow peer stays cheap.
func (h *headErrors) headLength(b []byte, l Limits) (int, error) {
	l = l.orDefaults()
	window := b[:min(len(b), l.Bytes)]
	for n, lines := 0, 0; ; lines++ {
		i := bytes.IndexByte(window[n:], '\n')
		switch {
		case i < 0 && len(b) >= l.Bytes:
			return 0, h.tooManyBytes(l)
		case i < 0:
			return 0, io.ErrUnexpectedEOF
		case i == 0 || window[n+i-1] != '\r':
			return 0, h.bad("a line ends without a carriage return")
		case i == 1:
			return n + 2, nil
		case lines > l.Lines:
			return 0, h.tooManyLines(l)
		}
		n += i + 1
	}
}

// parseHead splits the head at the start of b, n bytes long, into its start line and fields.
func (h *headErrors) parseHead(b []byte, l Limits) (start string, fields http.Header, n int, err error) {
	n, err = h.headLength(b, l)
	if err != nil {
		return "", nil, 0, err
	}
	start, rest, _ := strings.Cut(string(b[:n]), "\r\n")
	lines := strings.Count(rest, "\r\n")
	fields = make(http.Header, lines)
	values := make([]string, 0, lines) // one allocation for all the fields that come once
	for {
		var line string
		if line, rest, _ = strings.Cut(rest, "\r\n"); line == "" {
			return start, fields, n, nil
		}
		name, value, fault := parseField(line)
		if fault != "" {
			return "", nil, 0, h.bad(fault)
		}
		if before := fields[name]; before != nil {
			fields[name] = append(before, value)
			continue
		}
		values = append(values, value)
		fields[name] = values[len(values)-1 : len(values) : len(values)]
	}
}

// parseField reads "field-name ":" OWS field-value OWS" (RFC 9112, section 5). A name with a space behind it
// or a folded line would be read differently by the next agent, so neither is mended.
//
//rfc:6455-4.1-47
func parseField(line string) (name, value, fault string) {
	if line[0] == ' ' || line[0] == '\t' {
		return "", "", "a header line is folded"
	}
	name, value, colon := strings.Cut(line, ":")
	switch {
	case !colon:
		return "", "", "a header line has no colon"
	case !isToken(name):
		return "", "", "a field name is no token"
	case !validValue(value):
		return "", "", "a field value has a control byte"
	}
	return canonical(name), trim(value), ""
}

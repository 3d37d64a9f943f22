package http1

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Head is a head, as far as it can be read.
type Head struct {
	Method, Target string      // of a request
	Status         int         // of a response
	Header         http.Header // with Host
}

// errNoHead says that bytes are no head.
var errNoHead = errors.New("no head")

// parseHead reads the head at the start of b. Lines may end with a line feed
// alone. n is 0 if b does not even look like one, otherwise the length that is
// known of it; the error is io.ErrUnexpectedEOF until that is all of it.
func parseHead(b []byte, looks func(line []byte, whole bool) answer) (h *Head, n int, err error) {
	line, _, whole := bytes.Cut(b, []byte("\n"))
	switch looks(bytes.TrimSuffix(line, []byte("\r")), whole) {
	case no:
		return nil, 0, errNoHead
	case unclear:
		return nil, min(len(b), 1), io.ErrUnexpectedEOF
	}
	switch n = headEnd(b); {
	case n > 0:
		return readHead(string(b[:n])), n, nil
	case len(b) > Limits.Bytes:
		return nil, len(b), errNoHead
	}
	return nil, len(b), io.ErrUnexpectedEOF
}

// headEnd returns the length of the head at the start of b, 0 if it goes on.
func headEnd(b []byte) (n int) {
	for n < len(b) {
		end := bytes.IndexByte(b[n:], '\n') + 1
		if end == 0 {
			break
		}
		if n += end; end == 1 || end == 2 && b[n-2] == '\r' {
			return n
		}
	}
	return 0
}

// readHead reads a whole head.
func readHead(text string) *Head {
	h := &Head{Header: make(http.Header)}
	first, rest, _ := strings.Cut(text, "\n")
	h.first(strings.TrimSpace(first))
	for line := range strings.Lines(rest) {
		if name, value, found := strings.Cut(line, ":"); found {
			h.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	return h
}

// first reads the first line.
func (h *Head) first(line string) {
	if strings.HasPrefix(line, protocolName) {
		words := strings.Fields(line)
		h.Status, _ = strconv.Atoi(words[1])
		return
	}
	words := strings.Split(line, " ")
	h.Method, h.Target = words[0], strings.Join(words[1:len(words)-1], " ")
}

// answer is to whether something is so.
type answer int

const (
	no      answer = iota
	unclear        // more has to be seen
	yes
)

const protocolName = "HTTP/1."

// isRequestLine reports whether a line, or the beginning of one that is not
// whole, is the first of a request.
func isRequestLine(line []byte, whole bool) answer {
	method, rest, spaced := strings.Cut(string(line[:min(len(line), Limits.Bytes)]), " ")
	if strings.ContainsFunc(method, func(r rune) bool { return r|0x20 < 'a' || r|0x20 > 'z' }) || method == "" && len(line) > 0 {
		return no
	}
	last := rest[strings.LastIndexByte(rest, ' ')+1:]
	switch {
	case spaced && strings.Contains(rest, " ") && strings.HasPrefix(last, protocolName):
		return yes
	case whole || len(line) > Limits.Bytes:
		return no
	}
	return unclear
}

// isStatusLine is isRequestLine for responses.
func isStatusLine(line []byte, whole bool) answer {
	words := strings.Fields(string(line[:min(len(line), 64)]))
	n := min(len(line), len(protocolName))
	switch {
	case string(line[:n]) != protocolName[:n]:
		return no
	case len(words) > 1 && len(words[1]) >= 3:
		return status(words[1])
	case whole || len(line) >= 64:
		return no
	}
	return unclear
}

// status says whether a word is a status code.
func status(word string) answer {
	if n, err := strconv.Atoi(word); err != nil || n < 100 || n > 999 {
		return no
	}
	return yes
}

// asks reports whether a request asks for WebSocket, however wrong.
func (h *Head) asks() bool {
	for name := range h.Header {
		if strings.HasPrefix(name, "Sec-Websocket-") {
			return true
		}
	}
	return h.has("Upgrade", "websocket")
}

// switches reports whether a response with status 101 goes over to WebSocket:
// not if it names something else.
func (h *Head) switches() bool {
	return h.asks() || h.Header["Upgrade"] == nil
}

// has reports whether the values of a field contain a word.
func (h *Head) has(name, word string) bool {
	for _, value := range h.Header[name] {
		if strings.Contains(strings.ToLower(value), word) {
			return true
		}
	}
	return false
}

package http1

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
)

// body is a body of which something is to come.
type body struct {
	state bodyState
	left  int64 // bytes of the body, or of the current chunk
}

// bodyState is what comes next.
type bodyState int

const (
	counted   bodyState = iota // left bytes, the last ones
	untilEnd                   // all that comes
	chunkSize                  // the line before a chunk
	chunkData                  // left bytes of it
	chunkEnd                   // the line end behind it
	trailer                    // a line after the last chunk
	finished                   // nothing
)

// longestLine bounds the lines between chunks.
const longestLine = 4096

// requestBody returns the body that follows the head of a request, nil for none.
func requestBody(h *Head) *body {
	if h.has("Transfer-Encoding", "chunked") {
		return &body{state: chunkSize}
	}
	if n, ok := h.length(); ok && n > 0 {
		return &body{left: n}
	}
	return nil
}

// responseBody returns the body of a response to a method, nil for none.
func responseBody(h *Head, method string) *body {
	n, ok := h.length()
	switch {
	case method == http.MethodHead || h.Status == http.StatusNoContent || h.Status == http.StatusNotModified:
		return nil
	case h.has("Transfer-Encoding", "chunked"):
		return &body{state: chunkSize}
	case !ok || h.Header["Transfer-Encoding"] != nil:
		return &body{state: untilEnd}
	case n == 0:
		return nil
	}
	return &body{left: n}
}

// length returns what Content-Length says.
func (h *Head) length() (n int64, ok bool) {
	n, err := strconv.ParseInt(h.Header.Get("Content-Length"), 10, 64)
	return n, err == nil && n >= 0
}

// over reports whether nothing of the body is to come.
func (y *body) over() bool { return y.state == finished }

// take returns how many bytes at the start of b belong to the body. Of a line
// between chunks it wants to see all.
func (y *body) take(b []byte) (n int) {
	for n < len(b) && y.state != finished {
		var size int
		switch y.state {
		case untilEnd:
			return len(b)
		case counted, chunkData:
			size = int(min(y.left, int64(len(b)-n)))
			y.count(int64(size))
		default:
			if size = bytes.IndexByte(b[n:], '\n') + 1; size == 0 {
				if len(b)-n > longestLine {
					y.state = untilEnd
					continue
				}
				return n
			}
			y.line(strings.TrimSpace(string(b[n : n+size])))
		}
		n += size
	}
	return n
}

// skip reports whether so many bytes of the body may be missing without it being
// unknown where it goes on.
func (y *body) skip(missing int64) bool {
	switch {
	case y.state == untilEnd:
		return true
	case y.state != counted && y.state != chunkData || missing > y.left:
		return false
	}
	y.count(missing)
	return true
}

// count takes bytes off those that are to come.
func (y *body) count(n int64) {
	if y.left -= n; y.left > 0 {
		return
	}
	if y.state == chunkData {
		y.state = chunkEnd
	} else {
		y.state = finished
	}
}

// line takes a line between chunks.
func (y *body) line(text string) {
	switch {
	case y.state == chunkEnd:
		y.state = chunkSize
	case y.state == trailer && text == "":
		y.state = finished
	case y.state == trailer:
	default:
		y.chunk(text)
	}
}

// chunk takes the line before a chunk. One that cannot be read makes all that
// follows a body.
func (y *body) chunk(line string) {
	size, _, _ := strings.Cut(line, ";")
	n, err := strconv.ParseInt(strings.TrimSpace(size), 16, 64)
	switch {
	case err != nil || n < 0:
		y.state = untilEnd
	case n == 0:
		y.state = trailer
	default:
		y.state, y.left = chunkData, n
	}
}

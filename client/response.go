package client

import (
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/seed372fb791/rfc6455/handshake"
)

// maxInterim is how many interim responses (RFC 9110, section 15.2), such as 103, may precede the response.
const maxInterim = 5

// head is a response of which the head has been read.
type head struct {
	resp  *http.Response
	bytes []byte // the head, and whatever came with it
	n     int    // the length of the head
}

// rest is what followed the head in the same reads.
func (h *head) rest() []byte { return h.bytes[h.n:] }

// readHead reads the head of the first response that is not an interim one. With an error of a response, and not
// of r, the bytes are those read.
//
//rfc:6455-10.7-1 6455-10.7-2
func readHead(r io.Reader, l handshake.Limits) (head, error) {
	buf := make([]byte, 0, 1<<10)
	for interim := 0; interim <= maxInterim; {
		resp, n, err := handshake.ParseResponse(buf, l)
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			if buf, err = readMore(r, buf); err != nil {
				return head{}, err
			}
		case err != nil:
			return head{bytes: buf}, err
		case isInterim(resp.StatusCode):
			buf = buf[n:]
			interim++
		default:
			resp.Body = http.NoBody
			return head{resp, buf, n}, nil
		}
	}
	return head{}, &handshake.Error{Rule: "6455-10.7-2", Text: "too many interim responses"}
}

func isInterim(status int) bool { return status < 200 && status != http.StatusSwitchingProtocols }

// readMore appends at least one byte to buf.
func readMore(r io.Reader, buf []byte) ([]byte, error) {
	buf = slices.Grow(buf, 1)
	n, err := io.ReadAtLeast(r, buf[len(buf):cap(buf)], 1)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return buf[:len(buf)+n], err
}

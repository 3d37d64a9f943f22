package server

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
)

// refusal returns what the peer is told about err. What is not made for it stays inside.
func refusal(err error) *handshake.Error {
	var known *handshake.Error
	var panicked *PanicError
	switch {
	case errors.As(err, &known) && known.Status >= 400 && known.Status <= 599:
		return known
	case known != nil, errors.As(err, &panicked):
		return &handshake.Error{Status: http.StatusInternalServerError}
	}
	return &handshake.Error{
		Status: http.StatusForbidden,
		Rule:   "6455-10.5-1",
		Text:   "the server does not accept the request",
	}
}

// errClosing refuses handshakes while the server shuts down.
var errClosing = &handshake.Error{
	Status: http.StatusServiceUnavailable,
	Rule:   "6455-4.2.2-11",
	Text:   "the server is shutting down",
}

// writeRefusal answers through net/http, with the text that a raw connection gets. The connection ends, as on
// a raw one, unless it is one of HTTP/2, which others share.
//
//rfc:6455-4.2.2-7 6455-4.2.2-9 6455-4.2.2-11 6455-7.2.2-1 6455-10.7-4
func writeRefusal(w http.ResponseWriter, r *http.Request, err error) {
	e := refusal(err)
	h, required := w.Header(), e.Header()
	for name, values := range required {
		h[name] = values
	}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	if r.ProtoMajor == 1 {
		h["Connection"] = append([]string{"close"}, required["Connection"]...)
	}
	_, body, _ := bytes.Cut(handshake.AppendRefusal(nil, e), []byte("\r\n\r\n"))
	w.WriteHeader(e.Status)
	w.Write(body)
}

// lingering is how long a raw connection stays for its peer to take a refusal or another last response.
const lingering = time.Second

// refuse answers on a raw connection, with the fields of header besides, and closes it.
//
//rfc:6455-4.2.2-7 6455-4.2.2-9 6455-4.2.2-11 6455-7.2.2-1 6455-10.7-4
func refuse(nc net.Conn, err error, header http.Header) {
	sendLast(nc, appendRefusal(refusal(err), header))
}

// sendLast sends a response on a raw connection and closes it. It lets the peer close first for a while:
// closing with bytes unread resets TCP, and the response could be lost (section 7.1.1).
func sendLast(nc net.Conn, response []byte) {
	defer closeTransport(nc)
	nc.SetDeadline(time.Now().Add(lingering))
	if _, err := nc.Write(response); err != nil {
		return
	}
	if half, ok := nc.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		io.Copy(io.Discard, io.LimitReader(nc, 1<<20))
	}
}

// appendRefusal returns the refusal with the fields of header, which Check has set, but for those that are the
// refusal's own. Line breaks in them become spaces.
func appendRefusal(e *handshake.Error, header http.Header) []byte {
	answer := handshake.AppendRefusal(nil, e)
	if len(header) == 0 {
		return answer
	}
	own := map[string]bool{"Connection": true, "Content-Length": true, "Content-Type": true, "Transfer-Encoding": true}
	for name := range e.Header() {
		own[name] = true
	}
	status, rest, _ := bytes.Cut(answer, []byte("\r\n"))
	var b bytes.Buffer
	b.Write(status)
	b.WriteString("\r\n")
	header.WriteSubset(&b, own)
	b.Write(rest)
	return b.Bytes()
}

package server

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
)

// refusal returns what the peer is told about err. What is not made for it stays inside.
func refusal(err error) *handshake.Error {
	var known *handshake.Error
	var panicked *PanicError
	switch {
	case errors.As(err, &known) && known.Refuses():
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

// writeRefusal answers through net/http with what a raw connection gets. The connection ends, as on a raw one,
// unless it is one of HTTP/2, which others share.
//
//rfc:6455-4.2.2-7 6455-4.2.2-9 6455-4.2.2-11 6455-7.2.2-1 6455-10.7-4
func writeRefusal(w http.ResponseWriter, r *http.Request, err error) {
	whole := handshake.AppendRefusal(nil, refusal(err), w.Header())
	answer, n, _ := handshake.ParseResponse(whole, handshake.Limits{Bytes: len(whole), Lines: len(whole)})
	h := w.Header()
	clear(h)
	maps.Copy(h, answer.Header)
	if r.ProtoMajor == 1 {
		h["Connection"] = append([]string{"close"}, refusal(err).Header()["Connection"]...) // net/http looks at the first
	} else {
		delete(h, "Connection")
	}
	w.WriteHeader(answer.StatusCode)
	w.Write(whole[n:])
}

// lingering is how long a raw connection stays for its peer to take a refusal or another last response.
const lingering = time.Second

// refuse answers r, nil if it is not known, on a raw connection, with the fields of header besides, and closes it.
//
//rfc:6455-4.2.2-7 6455-4.2.2-9 6455-4.2.2-11 6455-7.2.2-1 6455-10.7-4
func refuse(nc net.Conn, r *http.Request, err error, header http.Header) {
	answer := handshake.AppendRefusal(nil, refusal(err), header)
	if r != nil && r.Method == http.MethodHead {
		answer = answer[:bytes.Index(answer, []byte("\r\n\r\n"))+len("\r\n\r\n")]
	}
	sendLast(nc, answer, lingering)
}

// sendLast sends a response on a raw connection, each piece of it within patience, and closes it. It lets the peer
// close first for a while: closing with bytes unread resets TCP, and the response could be lost (section 7.1.1).
func sendLast(nc net.Conn, response []byte, patience time.Duration) {
	defer closeTransport(nc)
	for piece := range slices.Chunk(response, 64<<10) {
		nc.SetWriteDeadline(time.Now().Add(patience))
		if _, err := nc.Write(piece); err != nil {
			return
		}
	}
	nc.SetDeadline(time.Now().Add(lingering))
	if half, ok := nc.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		io.Copy(io.Discard, io.LimitReader(nc, 1<<20))
	}
}

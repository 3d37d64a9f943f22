package inspect

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/capture"
	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/protocol"
)

// captureReader inspects a capture.
type captureReader struct {
	*inspection
	*capture.Reader
	conns map[*capture.Conn]*suspect
	tls   []string // the addresses of connections that cannot be read
}

// readCapture inspects a capture.
func (i *inspection) readCapture(in *bufio.Reader) error {
	c, err := capture.NewReader(in)
	if err != nil {
		return err
	}
	r := &captureReader{inspection: i, Reader: c, conns: make(map[*capture.Conn]*suspect)}
	for err == nil {
		var e capture.Event
		if e, err = r.Next(); err == nil {
			err = r.event(e)
		}
	}
	r.sum()
	return err
}

// event takes what happens on a connection.
func (r *captureReader) event(e capture.Event) error {
	s := r.conns[e.Conn]
	if s == nil {
		s = &suspect{Conn: e.Conn}
		r.conns[e.Conn] = s
	}
	switch {
	case s.known && s.is == nil:
		return nil
	case s.known:
		return r.happen(s.happening(e))
	}
	s.see(e)
	if !s.known {
		return nil
	}
	seen := s.seen
	s.seen, s.starts = nil, [2][]byte{}
	switch {
	case s.tls:
		r.tls = append(r.tls, fmt.Sprintf("%s to %s", s.Addrs[0], s.Addrs[1]))
	case s.is != nil:
		r.add(s.is)
		for _, e := range seen {
			if err := r.happen(s.happening(e)); err != nil {
				return err
			}
		}
	}
	return nil
}

// sum says on stderr what is not shown.
func (r *captureReader) sum() {
	skipped := 0
	for _, s := range r.conns {
		if s.is == nil && !s.tls {
			skipped++
		}
	}
	const most = 3
	if n := len(r.tls); n > 0 {
		if n > most {
			r.tls = append(r.tls[:most], fmt.Sprintf("and %d more", n-most))
		}
		fmt.Fprintf(r.stderr, "ws: TLS, which cannot be read: %s\n", strings.Join(r.tls, ", "))
	}
	if skipped > 0 {
		fmt.Fprintf(r.stderr, "ws: TCP connections in which no WebSocket can be seen, skipped: %d\n", skipped)
	}
	if all, others := r.Packets(); len(r.conns) == 0 {
		fmt.Fprintf(r.stderr, "ws: there is no TCP connection with data in %d packets, %d of which are of something else\n", all, others)
	}
}

// suspect is a TCP connection of which it may not be known what goes over it.
type suspect struct {
	*capture.Conn
	known  bool
	is     *inspected // if it is WebSocket
	tls    bool
	client int // the index of its address

	seen   []capture.Event // while it is not known
	starts [2][]byte       // of what each side has sent
	closed [2]bool         // no more belongs to the start: something is missing
}

const (
	// startSize is how much of what a side sends may be a head.
	startSize = 64 << 10
	// mostSeen is how many events it takes at most to see what a connection
	// is that began before the capture.
	mostSeen = 32
)

// upgrade is in a request that wants to open a WebSocket connection, however
// wrong.
var upgrade = regexp.MustCompile(`(?i)\r\n(upgrade:[^\r\n]*websocket|sec-websocket-)`)

// see looks at an event, and whether that shows what the connection is. With a
// request of a client it begins anew: one may have been refused before.
func (s *suspect) see(e capture.Event) {
	if s.Whole && e.Kind == capture.Bytes && e.Side == 0 && len(s.starts[0]) == 0 {
		s.seen, s.starts[1] = nil, nil
	}
	s.seen = append(s.seen, e)
	switch e.Kind {
	case capture.Gap:
		s.closed[e.Side] = true
	case capture.Bytes:
		if !s.closed[e.Side] {
			s.starts[e.Side] = append(s.starts[e.Side], e.Data...)
		}
		s.judge(e)
	}
}

// judge finds out what the connection is, now that a side has sent something.
func (s *suspect) judge(e capture.Event) {
	start := s.starts[e.Side]
	head, _, whole := bytes.Cut(start, []byte("\r\n\r\n"))
	get, opening := bytes.HasPrefix(start, []byte("GET ")), whole && upgrade.Match(head)
	switch {
	case isTLS(start):
		s.known, s.tls = true, true
	case opening && get:
		s.inspect(e.Side, dissect.NewSession(unknownLimits))
	case opening && bytes.HasPrefix(start, []byte("HTTP/1.1 101 ")): // the request comes later, or is missing
		s.inspect(1-e.Side, dissect.NewSession(unknownLimits))
	case !s.Whole:
		s.guess(e)
		s.known = s.known || len(s.seen) >= mostSeen
	case len(start) > startSize, e.Side == 0 && len(start) > 4 && !get:
		s.known = true
	case e.Side == 0 && whole:
		s.starts[0] = nil
	}
}

// isTLS reports whether b begins with a record of TLS.
func isTLS(b []byte) bool {
	return len(b) > 2 && b[0] >= 0x14 && b[0] <= 0x17 && b[1] == 3 && b[2] <= 4
}

// guess looks whether a side has sent frames.
func (s *suspect) guess(e capture.Event) {
	from, ok := dissect.Guess(e.Data)
	if !ok {
		return
	}
	client := e.Side
	if from == protocol.Server {
		client = 1 - client
	}
	s.inspect(client, dissect.SessionOf([2]dissect.Config{
		protocol.Server: {From: protocol.Server, Limits: unknownLimits, Partial: true},
		protocol.Client: {From: protocol.Client, Limits: unknownLimits, Partial: true},
	}))
	s.is.lost = [2]bool{true, true}
	s.is.title = []string{"It began before the capture: without the opening handshake, not all can be judged."}
}

// inspect says that the connection is WebSocket.
func (s *suspect) inspect(client int, session *dissect.Session) {
	s.known, s.client = true, client
	s.is = shownByClient(session)
	s.is.began = s.Began
	s.is.addrs[protocol.Client], s.is.addrs[protocol.Server] = s.Addrs[client].String(), s.Addrs[1-client].String()
}

// captureDeeds are the kinds of events of a capture.
var captureDeeds = map[capture.Kind]deed{capture.Bytes: sent, capture.Gap: missed, capture.End: ended, capture.Reset: reset}

// happening is an event as it happens on a WebSocket connection.
func (s *suspect) happening(e capture.Event) happening {
	h := happening{to: s.is, at: e.At, what: captureDeeds[e.Kind], from: protocol.Server, data: e.Data, missing: e.Missing}
	if e.Side == s.client {
		h.from = protocol.Client
	}
	return h
}

package inspect

import (
	"github.com/seed372fb791/rfc6455/cmd/ws/capture"
	"github.com/seed372fb791/rfc6455/cmd/ws/capture/tls"
	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/protocol"
)

// suspect is a TCP connection of which it may not be known what goes over it. It
// is followed as HTTP until a request asks for WebSocket, or an answer grants it.
// From where the capture does not have that, frames are looked for.
type suspect struct {
	*capture.Conn
	known  bool
	is     *inspected // if it is WebSocket
	tls    bool       // it is TLS, or goes on as that
	secure *secure    // it was, and these events are what is in it
	named  bool       // it is TLS that cannot be read, which is said elsewhere
	client int        // the index of its address

	about   []string // what was said before, about the connection
	http    *http1.Conn
	lost    [2]bool         // by the index: it is not known where a head or a frame begins
	seen    []capture.Event // while it is not known, those whose bytes are no part of anything yet
	held    [2][]byte       // these bytes
	guesses int             // events in which frames were looked for
}

// mostSeen is how many events it takes at most to see what a connection is of
// which the capture lacks the beginning.
const mostSeen = 32

func newSuspect(c *capture.Conn) *suspect {
	s := &suspect{Conn: c, lost: [2]bool{!c.Whole, !c.Whole}}
	s.begin()
	return s
}

// begin begins anew, with what is inside of TLS.
func (s *suspect) begin() {
	s.http, s.tls, s.seen, s.held = http1.New(), false, nil, [2][]byte{}
}

// role returns who the side of an event is.
func (s *suspect) role(side int) protocol.Role {
	if side == s.client {
		return protocol.Client
	}
	return protocol.Server
}

// see looks at an event, and whether that shows what the connection is.
func (s *suspect) see(e capture.Event) {
	s.seen = append(s.seen, e)
	switch {
	case e.Kind == capture.Gap:
		s.gap(e)
	case e.Kind != capture.Bytes:
	case s.lost[e.Side] && tls.Is(e.Data):
		s.tls = true
	case s.lost[e.Side] && !dissect.IsHead(e.Data):
		s.guess(e)
	default:
		s.orient(e)
		s.lost[e.Side] = false
		s.held[e.Side] = append(s.held[e.Side], e.Data...)
		s.follow(e)
	}
}

// gap takes it that bytes are missing.
func (s *suspect) gap(e capture.Event) {
	if s.guesses > 0 {
		return
	}
	s.drop(e.Side, len(s.held[e.Side]))
	if !s.http.Side(s.role(e.Side)).Gap(e.Missing) {
		s.lost[e.Side] = true
	}
}

// orient sees by the first head who the client is. Without one it is who has
// opened the connection.
func (s *suspect) orient(e capture.Event) {
	if s.http.Begun() || len(s.held[0])+len(s.held[1]) > 0 || !dissect.IsHead(e.Data) {
		return
	}
	if s.client = e.Side; isResponse(e.Data) {
		s.client = 1 - e.Side
	}
}

// isResponse reports whether b begins as a response does.
func isResponse(b []byte) bool { return string(b[:min(len(b), 5)]) == "HTTP/" }

// follow takes the bytes that are held as HTTP.
func (s *suspect) follow(e capture.Event) {
	side := s.http.Side(s.role(e.Side))
	for {
		b := s.held[e.Side]
		switch p := side.Next(b); p.Kind {
		case http1.More:
			return
		case http1.Request:
			if !p.Plain {
				s.inspect(dissect.NewSession(unknownLimits))
				return
			}
			if p.Head.Method == "CONNECT" {
				s.about = append(s.about, "Through a proxy: CONNECT "+p.Head.Target)
			}
			s.drop(e.Side, p.Size)
		case http1.Response:
			if p.Switches {
				s.inspect(dissect.NewSession(unknownLimits))
				return
			}
			s.drop(e.Side, p.Size)
		case http1.Proxied:
			s.about = append(s.about, "A proxy says whom it is from: "+http1.Whom(b[:p.Size]))
			s.drop(e.Side, p.Size)
		case http1.Body:
			s.drop(e.Side, p.Size)
		case http1.Frames: // the answer that they follow is missing
			s.lost[e.Side] = true
			s.guess(capture.Event{Conn: e.Conn, Side: e.Side, Data: b})
			return
		default:
			s.tls = tls.Is(b)
			s.known = !s.tls
			return
		}
	}
}

// drop forgets the first n bytes that are held of a side.
func (s *suspect) drop(side, n int) {
	s.held[side] = s.held[side][n:]
	kept := s.seen[:0]
	for _, e := range s.seen {
		if e.Side == side && (e.Kind == capture.Bytes || e.Kind == capture.Gap) {
			k := min(n, len(e.Data))
			if e.Data, n = e.Data[k:], n-k; len(e.Data) == 0 {
				continue
			}
		}
		kept = append(kept, e)
	}
	s.seen = kept
}

// guess looks whether a side has sent frames.
func (s *suspect) guess(e capture.Event) {
	s.guesses++
	from, ok := dissect.Guess(e.Data)
	if !ok {
		s.known = s.guesses >= mostSeen
		return
	}
	if s.client = e.Side; from == protocol.Server {
		s.client = 1 - e.Side
	}
	s.inspect(dissect.SessionOf([2]dissect.Config{
		protocol.Server: {From: protocol.Server, Limits: unknownLimits, Partial: true},
		protocol.Client: {From: protocol.Client, Limits: unknownLimits, Partial: true},
	}))
	s.is.lost = [2]bool{true, true}
	text := "It began before the capture: without the opening handshake, not all can be judged."
	if s.Whole {
		text = "The opening handshake is not whole in the capture: without it, not all can be judged."
	}
	s.is.title = append(s.is.title, text)
}

// inspect says that the connection is WebSocket.
func (s *suspect) inspect(session *dissect.Session) {
	s.known = true
	s.is = shownByClient(session)
	s.is.began, s.is.title = s.Began, s.about
	s.is.addrs[protocol.Client], s.is.addrs[protocol.Server] = s.Addrs[s.client].String(), s.Addrs[1-s.client].String()
}

// captureDeeds are the kinds of events of a capture.
var captureDeeds = map[capture.Kind]deed{capture.Bytes: sent, capture.Gap: missed, capture.End: ended, capture.Reset: reset}

// happening is an event as it happens on a WebSocket connection.
func (s *suspect) happening(e capture.Event) happening {
	h := happening{to: s.is, at: e.At, what: captureDeeds[e.Kind], from: s.role(e.Side), data: e.Data, missing: e.Missing}
	if e.Cut {
		h.why = ": the packet was cut when it was captured"
	}
	return h
}

package dissect

import (
	"bytes"
	"errors"
	"net/http"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// IsHead reports whether b begins with HTTP. No frame does: it would have
// reserved bits set.
func IsHead(b []byte) bool { return http1.IsHead(b) }

// nextHTTP returns the next part of what comes before frames. Whatever rules an
// opening handshake breaks, what follows is what the endpoints take it for.
func (d *Decoder) nextHTTP() (*Part, bool) {
	for {
		if p, ok := d.nextBody(); ok {
			return p, true
		}
		switch piece := d.http.Next(d.in[d.body:]); piece.Kind {
		case http1.More:
			return nil, false
		case http1.Frames:
			d.c.Handshake = false
			return d.Next()
		case http1.Other:
			d.c.Handshake, d.unread, d.headless = false, true, piece.Err != nil
			return d.Next()
		case http1.Body:
			d.body, d.bodyOver = d.body+piece.Size, piece.Last
		case http1.Proxied:
			return d.proxied(piece.Size), true
		case http1.Request:
			return d.request(piece), true
		case http1.Response:
			return d.response(piece), true
		}
	}
}

// request takes the head of a request.
func (d *Decoder) request(piece http1.Piece) *Part {
	p := d.head(Request, piece)
	if p.Plain {
		return p
	}
	d.offer = offerOf(piece.Head.Header)
	r, _, err := handshake.ParseRequest(p.Bytes, http1.Limits)
	if err == nil {
		_, err = handshake.CheckRequest(r)
	}
	p.blameHead(err)
	return p
}

// offerOf returns what a client has offered, as far as that can be read.
func offerOf(h http.Header) *handshake.Offer {
	o := &handshake.Offer{Key: h.Get("Sec-WebSocket-Key")}
	o.Extensions, _ = handshake.ParseExtensions(h.Values("Sec-WebSocket-Extensions"))
	for _, value := range h.Values("Sec-WebSocket-Protocol") {
		for name := range strings.SplitSeq(value, ",") {
			o.Subprotocols = append(o.Subprotocols, strings.TrimSpace(name))
		}
	}
	return o
}

// response takes the head of a response.
func (d *Decoder) response(piece http1.Piece) *Part {
	p := d.head(Response, piece)
	if p.Plain {
		return p
	}
	r, _, err := handshake.ParseResponse(p.Bytes, http1.Limits)
	p.blameHead(err)
	if !piece.Switches {
		return p
	}
	d.switched = true
	d.accepted, _ = handshake.ParseExtensions(piece.Head.Header.Values("Sec-WebSocket-Extensions"))
	if err == nil && d.offer != nil && d.offer.Key != "" { // what was offered has been seen
		_, err = handshake.CheckResponse(r, *d.offer)
		p.blameHead(err)
	}
	return p
}

// proxied takes what a proxy says before the client is heard.
func (d *Decoder) proxied(n int) *Part {
	p := d.take(Proxied, n)
	p.Whole = true
	p.Fields = []Field{{Name: "PROXY", Bits: 8 * n, Value: http1.Whom(p.Bytes), Section: "4",
		Meaning: "A proxy says whom the connection is from; the opening handshake follows."}}
	return p
}

// pieceSize is how many bytes a part has at most that is no head and no frame.
const pieceSize = 64 << 10

// nextBody returns the next part of a body, if all of that is there.
func (d *Decoder) nextBody() (*Part, bool) {
	if d.body < pieceSize && !(d.bodyOver && d.body > 0) {
		return nil, false
	}
	p := d.bodyPart(min(d.body, pieceSize))
	if d.body == 0 {
		p.Whole, d.bodyOver = d.bodyOver, false
	}
	return p, true
}

// bodyPart makes the next n bytes a part of a body.
func (d *Decoder) bodyPart(n int) *Part {
	p := d.take(Body, n)
	d.body -= n
	p.Fields = []Field{{Name: "body", Bits: 8 * n, Value: describeBytes(n),
		Meaning: "The body of the request or response before it: HTTP, not WebSocket.", Section: "4.1", Rules: []string{"6455-4.1-37"}}}
	return p
}

// blameHead makes err, of package handshake, the part's violation if it is the
// first.
func (p *Part) blameHead(err error) {
	var e *handshake.Error
	if p.Violation == nil && errors.As(err, &e) {
		p.Violation = &Violation{Rule: e.Rule, Text: e.Text, Option: e.Option, Field: p.Fields[0].Name, Offset: p.Offset}
	}
}

// nextUnread returns the next bytes that nobody can take apart, when there are
// many of them.
func (d *Decoder) nextUnread() (*Part, bool) {
	if len(d.in) < pieceSize {
		return nil, false
	}
	return d.unreadPart(pieceSize), true
}

// rest returns what is left of bytes that nobody can take apart.
func (d *Decoder) rest() *Part { return d.unreadPart(len(d.in)) }

// unreadPart makes the next n bytes a part, and says what is wrong with them if
// they should have been an opening handshake.
func (d *Decoder) unreadPart(n int) *Part {
	p := d.take(Unread, n)
	p.Fields = []Field{{Name: "unread", Bits: 8 * n, Value: describeBytes(n),
		Meaning: "No opening handshake has succeeded, so these are no frames.", Section: "4"}}
	if d.headless {
		p.blameHead(d.parseHead(p.Bytes))
	}
	d.headless = false
	return p
}

// parseHead returns why b does not begin with a head, if that can be said.
func (d *Decoder) parseHead(b []byte) error {
	if d.c.From == protocol.Client {
		_, _, err := handshake.ParseRequest(b, http1.Limits)
		return err
	}
	_, _, err := handshake.ParseResponse(b, http1.Limits)
	return err
}

// head makes the next bytes, a head of HTTP, a part with a field for each line.
func (d *Decoder) head(kind Kind, piece http1.Piece) *Part {
	p := d.take(kind, piece.Size)
	p.Whole, p.Plain = true, piece.Plain
	f := fields{p: p}
	for line := range bytes.Lines(p.Bytes) {
		one := headLine(kind, strings.TrimSpace(string(line)), len(f.all) == 0)
		one.Bits = 8 * len(line)
		f.add(one)
	}
	p.Fields = f.all
	return p
}

// headLine is the field that a line of a head is.
func headLine(kind Kind, line string, first bool) Field {
	name, value, _ := strings.Cut(line, ":")
	f, known := headFields[strings.ToLower(name)+" "+string(kind)]
	f.Name, f.Value = name, strings.TrimSpace(value)
	switch {
	case first && kind == Request:
		return Field{Name: "Request-Line", Value: line, Meaning: "What the client asks for.", Section: "4.1", Rules: []string{"6455-4.1-19", "6455-4.1-20"}}
	case first:
		return Field{Name: "Status-Line", Value: line, Meaning: "101 says that the protocol is now WebSocket.", Section: "4.2.2", Rules: []string{"6455-4.2.2-19"}}
	case line == "":
		return Field{Name: "end", Value: "an empty line", Meaning: "The head ends.", Section: "4.1"}
	case !known:
		f.Meaning, f.Section = "A field of HTTP that the opening handshake does not need.", "4.1"
		f.Rules = []string{"6455-4.1-35"}
	}
	return f
}

// headFields says what the fields of the opening handshake mean, by their names
// and the kind of their part.
var headFields = map[string]Field{
	"host request":                      {Meaning: "Whom the client wants to talk to.", Section: "4.1", Rules: []string{"6455-4.1-22"}},
	"upgrade request":                   {Meaning: "The protocol that the client wants to go over to.", Section: "4.1", Rules: []string{"6455-4.1-23"}},
	"connection request":                {Meaning: "Upgrade is meant for the next hop.", Section: "4.1", Rules: []string{"6455-4.1-24"}},
	"origin request":                    {Meaning: "The site whose script opens the connection.", Section: "4.1", Rules: []string{"6455-4.1-27", "6455-4.1-29"}},
	"sec-websocket-key request":         {Meaning: "16 random bytes, which the server proves to have read.", Section: "4.1", Rules: []string{"6455-4.1-25", "6455-4.1-26"}},
	"sec-websocket-version request":     {Meaning: "The version of the protocol.", Section: "4.1", Rules: []string{"6455-4.1-30"}},
	"sec-websocket-protocol request":    {Meaning: "The subprotocols offered, the best first.", Section: "4.1", Rules: []string{"6455-4.1-31"}},
	"sec-websocket-extensions request":  {Meaning: "The extensions offered.", Section: "9.1", Rules: []string{"6455-4.1-34"}},
	"upgrade response":                  {Meaning: "The protocol from here on.", Section: "4.2.2", Rules: []string{"6455-4.2.2-20"}},
	"connection response":               {Meaning: "Upgrade is meant for the next hop.", Section: "4.2.2", Rules: []string{"6455-4.2.2-21"}},
	"sec-websocket-accept response":     {Meaning: "The SHA-1 of the client's key and a fixed text: the server has read it.", Section: "4.2.2", Rules: []string{"6455-4.2.2-22"}},
	"sec-websocket-protocol response":   {Meaning: "The subprotocol chosen.", Section: "4.2.2", Rules: []string{"6455-4.2.2-23"}},
	"sec-websocket-extensions response": {Meaning: "The extensions in use.", Section: "9.1", Rules: []string{"6455-4.2.2-24"}},
}

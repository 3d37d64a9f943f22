package dissect

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/protocol"
)

// heads bounds an opening handshake.
var heads = handshake.Limits{Bytes: 64 << 10, Lines: 1000}

// IsHead reports whether b begins with an opening handshake. No frame does: G
// and H have reserved bits set.
func IsHead(b []byte) bool {
	return bytes.HasPrefix(b, []byte("GET ")) || bytes.HasPrefix(b, []byte("HTTP/"))
}

// nextHead returns the opening handshake, if it is there.
func (d *Decoder) nextHead() (*Part, bool) {
	if d.c.From == protocol.Client {
		return d.request()
	}
	return d.response()
}

// request takes the client's opening handshake.
func (d *Decoder) request() (*Part, bool) {
	r, n, err := handshake.ParseRequest(d.in, heads)
	if err != nil {
		d.unread = err != io.ErrUnexpectedEOF
		return nil, false
	}
	p := d.head(Request, n)
	d.c.Handshake = false
	asked, err := handshake.CheckRequest(r)
	if err != nil {
		d.unread = true
		p.blameHead(err)
		return p, true
	}
	d.offer = &handshake.Offer{Key: asked.Key, Subprotocols: asked.Subprotocols, Extensions: asked.Extensions}
	return p, true
}

// response takes the server's opening handshake, or an answer before it. What
// follows a refusal is its body.
func (d *Decoder) response() (*Part, bool) {
	r, n, err := handshake.ParseResponse(d.in, heads)
	if err != nil {
		d.unread = err != io.ErrUnexpectedEOF
		return nil, false
	}
	p := d.head(Response, n)
	if r.StatusCode < 200 && r.StatusCode != http.StatusSwitchingProtocols {
		return p, true
	}
	d.c.Handshake = false
	d.unread = r.StatusCode != http.StatusSwitchingProtocols
	if d.unread {
		return p, true
	}
	if d.offer == nil { // what was offered has not been seen
		d.accepted, _ = handshake.ParseExtensions(r.Header.Values("Sec-WebSocket-Extensions"))
		return p, true
	}
	accepted, err := handshake.CheckResponse(r, *d.offer)
	if err != nil {
		d.unread = true
		p.blameHead(err)
		return p, true
	}
	d.accepted = accepted.Extensions
	return p, true
}

// blameHead makes err, of package handshake, the part's violation.
func (p *Part) blameHead(err error) {
	var e *handshake.Error
	if errors.As(err, &e) {
		p.Violation = &Violation{Rule: e.Rule, Text: e.Text, Option: e.Option, Field: p.Fields[0].Name, Offset: p.Offset}
	}
}

// rest returns what nobody can take apart, and says what is wrong with it if it
// should have been an opening handshake.
func (d *Decoder) rest() *Part {
	var err error
	if d.c.Handshake && d.c.From == protocol.Client {
		_, _, err = handshake.ParseRequest(d.in, heads)
	} else if d.c.Handshake {
		_, _, err = handshake.ParseResponse(d.in, heads)
	}
	p := d.take(Unread, len(d.in))
	p.Fields = []Field{{Name: "unread", Bits: 8 * len(p.Bytes), Value: describeBytes(len(p.Bytes)),
		Meaning: "No opening handshake has succeeded, so these are no frames.", Section: "4"}}
	p.blameHead(err)
	return p
}

// head makes the next n bytes, a head of HTTP, a part with a field for each
// line.
func (d *Decoder) head(kind Kind, n int) *Part {
	p := d.take(kind, n)
	p.Whole = true
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
		return Field{Name: "end", Value: "an empty line", Meaning: "The head ends; frames follow.", Section: "4.1"}
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

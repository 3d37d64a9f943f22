package dissect

import (
	"bytes"
	"errors"

	"github.com/seed372fb791/rfc6455/cmd/ws/http1"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Config is what has to be known of a direction to take it apart.
type Config struct {
	// From is the side that sends.
	From protocol.Role
	// Handshake says that HTTP comes first, up to an opening handshake.
	Handshake bool
	// Deflate, if not nil, is permessage-deflate as agreed on for this
	// direction.
	Deflate *protocol.DeflateWindow
	// Limits are those of the endpoint that receives. One that is exceeded is
	// a violation.
	Limits protocol.Config
	// Partial says that something of the connection has not been seen: bytes
	// before these, or what was agreed on. Frames that cannot be judged without
	// it are not, see Part.Unjudged.
	Partial bool
}

// Decoder takes apart what one side sends, as an endpoint of package protocol
// that receives it sees it. Bytes go in through Write, parts come out of Next
// when they are whole; how the bytes were cut when they arrived makes no
// difference, but that Pings can be answered between what was written at once.
// Not safe for concurrent use.
type Decoder struct {
	c      Config
	in     []byte // written, not yet part of a part
	offset int64  // of in
	skip   int64  // so many bytes belong to a frame that is not whole, and are passed over

	http     *http1.Side
	body     int              // so many of the first bytes of in belong to a body of HTTP
	bodyOver bool             // they are its last ones
	offer    *handshake.Offer // the client's latest, for its server's answer; nil if unknown
	accepted []handshake.Extension
	switched bool   // the server has gone over to WebSocket
	unread   bool   // nobody knows what the rest is
	headless bool   // that should begin with a head
	over     string // the requirement by which nothing more is looked at

	endpoint   *protocol.Endpoint
	typ        protocol.Type // of the message that has begun, 0 between messages
	compressed bool          // it is
	unjudged   bool          // it cannot be judged
}

// NewDecoder returns a decoder that has seen nothing yet.
func NewDecoder(c Config) *Decoder { return newDecoder(c, http1.New().Side(c.From)) }

// newDecoder is NewDecoder for a side of HTTP.
func newDecoder(c Config, http *http1.Side) *Decoder {
	return &Decoder{c: c, http: http, unjudged: c.Partial}
}

// Write takes the next bytes, which it copies. It never fails.
func (d *Decoder) Write(p []byte) (int, error) {
	if d.endpoint != nil {
		d.answered()
	}
	skip := min(d.skip, int64(len(p)))
	d.skip, d.offset = d.skip-skip, d.offset+skip
	d.in = append(d.in, p[skip:]...)
	return len(p), nil
}

// Next returns the next part, or false until all bytes of one are there.
func (d *Decoder) Next() (*Part, bool) {
	switch {
	case d.unread:
		return d.nextUnread()
	case d.c.Handshake:
		return d.nextHTTP()
	}
	h, n, err := protocol.ParseHeader(d.in)
	if err != nil || h.Length > uint64(len(d.in)-n) {
		return nil, false
	}
	return d.frame(h, n, n+int(h.Length)), true
}

// End returns, after Next has returned false, what is there of a part whose
// other bytes will never come, or false if nothing is. Nothing may be written
// after it.
func (d *Decoder) End() (*Part, bool) {
	if len(d.in) == 0 {
		return nil, false
	}
	h, n, err := protocol.ParseHeader(d.in)
	switch {
	case d.body > 0:
		p := d.bodyPart(len(d.in))
		p.Whole = d.http.UntilEnd()
		return p, true
	case d.c.Handshake, d.unread:
		return d.rest(), true
	case err != nil:
		p := d.take(Frame, len(d.in))
		p.Ignored = d.over
		p.Fields = []Field{{Name: "part of a header", Bits: 8 * len(p.Bytes), Section: "5.2",
			Meaning: "The rest of the frame's header is missing.", Value: describeBytes(len(p.Bytes))}}
		return p, true
	}
	return d.frame(h, n, len(d.in)), true
}

// take makes the next n bytes a part.
func (d *Decoder) take(kind Kind, n int) *Part {
	p := &Part{Kind: kind, From: d.c.From, Offset: d.offset, Bytes: bytes.Clone(d.in[:n])}
	d.in, d.offset = d.in[n:], d.offset+int64(n)
	return p
}

// frame makes the next size bytes, which begin with a header of n bytes, a part.
func (d *Decoder) frame(h protocol.Header, n, size int) *Part {
	p := d.take(Frame, size)
	p.Header, p.Payload = h, bytes.Clone(p.Bytes[n:])
	p.Whole = uint64(len(p.Payload)) == h.Length
	if h.Masked {
		mask.XOR(p.Payload, h.Key, 0)
	}
	p.Ignored = d.over
	if !h.Opcode.IsControl() && d.over == "" {
		if h.Opcode != protocol.OpContinuation {
			d.typ, d.compressed = protocol.Type(h.Opcode), h.RSV&rsv1 != 0 && d.c.Deflate != nil
			d.unjudged = d.c.Partial && h.RSV&rsv1 != 0 && d.c.Deflate == nil
		}
		p.Type, p.Compressed, p.Unjudged = d.typ, d.compressed, d.unjudged
		if h.Fin {
			d.typ, d.compressed = 0, false
		}
	}
	p.Fields = frameFields(p, n, d.c.Deflate != nil || p.Unjudged)
	if d.over == "" && !p.Unjudged {
		d.receive(p, n)
	}
	return p
}

// receive has the endpoint receive a frame whose header has n bytes. It gets a
// compressed payload byte by byte, so as to tell which byte breaks a rule.
func (d *Decoder) receive(p *Part, n int) {
	if d.endpoint == nil {
		d.endpoint = protocol.NewEndpoint(1-d.c.From, &d.c.Limits, d.deflate(), nil)
		d.answered()
	}
	b := bytes.Clone(p.Bytes) // the endpoint unmasks it
	size := len(b) - n
	if p.Compressed {
		size = 1
	}
	d.step(p, b[:n], 0)
	for i := n; i < len(b) && d.over == "" && !p.Unjudged; i += size {
		d.step(p, b[i:i+size], i)
	}
}

// answered takes it that the answers so far have left, which are not for us to
// send, and that the next ones leave when something more is written.
func (d *Decoder) answered() {
	d.endpoint.Output()
	d.endpoint.Written()
	d.endpoint.Blocked()
}

// deflate is what was agreed on as the endpoint that receives sees it.
func (d *Decoder) deflate() *protocol.Deflate {
	if d.c.Deflate == nil {
		return nil
	}
	return &protocol.Deflate{Receive: *d.c.Deflate}
}

// step has the endpoint receive b, some bytes of p, the first of which is at i.
func (d *Decoder) step(p *Part, b []byte, i int) {
	last := i + len(b) - 1
	d.endpoint.Receive(b)
	var ev protocol.Event
	for d.endpoint.Next(&ev) {
		var broken *protocol.ProtocolError
		failed := errors.As(d.endpoint.Answer(&ev), &broken)
		if failed && d.c.Partial && broken.Rule == corrupt {
			d.giveUp(p)
			return
		}
		ev.Data = bytes.Clone(ev.Data)
		p.add(ev)
		switch {
		case failed:
			p.blame(broken, min(i, last))
			d.over = afterFailure
		case ev.Kind == protocol.CloseEvent:
			d.over = afterClose
		case ev.Kind == protocol.DataEvent && !p.Compressed:
			i += len(ev.Data) // they are good
		}
	}
}

// corrupt is the requirement that compressed data can be inflated.
const corrupt = "7692-7.2.2-2"

// giveUp stops inflating with p, which refers to messages that have not been
// seen.
func (d *Decoder) giveUp(p *Part) {
	p.Unjudged, p.Compressed, p.Events, p.Contents = true, false, nil, nil
	d.unjudged, d.compressed = true, false
	d.c.Deflate, d.endpoint = nil, nil
}

// The requirements by which nothing is looked at after a failure and after a
// Close frame.
const (
	afterFailure = "6455-7.1.7-7"
	afterClose   = "6455-1.4-1"
)

// add adds an event, or to the last one the next piece of the same message.
func (p *Part) add(ev protocol.Event) {
	if ev.Kind == protocol.DataEvent {
		p.Contents = append(p.Contents, ev.Data...)
		if last := len(p.Events) - 1; last >= 0 && p.Events[last].Kind == protocol.DataEvent && !p.Events[last].Fin {
			p.Events[last].Data = append(p.Events[last].Data, ev.Data...)
			p.Events[last].Fin = ev.Fin
			return
		}
	}
	p.Events = append(p.Events, ev)
}

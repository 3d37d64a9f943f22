package proxy

import (
	"errors"
	"io"
	"net"
	"net/url"
	"syscall"

	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
	"github.com/seed372fb791/rfc6455/cmd/ws/wire"
	"github.com/seed372fb791/rfc6455/protocol"
)

// chunk is how many bytes are read at once.
const chunk = 16 << 10

// flow is one direction of a link.
type flow struct {
	*link
	from    protocol.Role
	changes *changes // nil if the bytes pass as they are
	delay   *delay   // nil if they pass at once
}

func newFlow(l *link, from protocol.Role, faults Faults) *flow {
	f := &flow{link: l, from: from}
	if faults.Delay > 0 {
		f.delay = newDelay(l.ctx, faults.Delay, f.pass)
	}
	var host *url.URL
	if l.RewriteHost && from == protocol.Client {
		host = l.To
	}
	if l.changing() {
		f.changes = newChanges(l.http, from, faults, host, func(format string, args ...any) { l.remark(from, format, args...) })
	}
	return f
}

// run passes on what one side sends until it ends.
func (f *flow) run() {
	if f.delay != nil {
		defer f.delay.end()
	}
	b := make([]byte, chunk)
	for {
		n, err := f.sides[f.from].Read(b)
		if n > 0 && !f.take(b[:n]) {
			return
		}
		if err != nil {
			f.ended(err)
			return
		}
	}
}

// take passes b on, with the faults that were asked for. It returns false if
// that was all.
func (f *flow) take(b []byte) bool {
	if f.changes == nil {
		return f.later(transcript.Event{Kind: transcript.Bytes, Data: b})
	}
	b = f.changes.pass(b)
	more := len(b) == 0 || f.later(transcript.Event{Kind: transcript.Bytes, Data: b})
	if f.changes.cut {
		f.later(transcript.Event{Kind: transcript.Reset, Note: "as asked for"})
		return false
	}
	return more
}

// ended passes on how the direction has ended.
func (f *flow) ended(err error) {
	e := transcript.Event{Kind: transcript.End}
	switch {
	case errors.Is(err, net.ErrClosed):
		return // from here
	case err == io.EOF:
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Note = "in the middle of a TLS record"
	case errors.Is(err, syscall.ECONNRESET):
		e.Kind = transcript.Reset
	default:
		e.Kind, e.Note = transcript.Reset, plain(err).Error()
	}
	if f.changes != nil && e.Kind == transcript.End {
		if b := f.changes.pass(nil); len(b) > 0 {
			f.later(transcript.Event{Kind: transcript.Bytes, Data: b})
		}
	}
	f.later(e)
}

// later passes e on in its time. It returns false if nothing can follow.
func (f *flow) later(e transcript.Event) bool {
	e.From = f.from
	if f.delay != nil {
		return f.delay.add(e)
	}
	return f.pass(e)
}

// pass tells the watcher of e and has it happen to the other side. It returns
// false if nothing can follow.
func (f *flow) pass(e transcript.Event) bool {
	to := f.sides[1-f.from]
	switch {
	case f.ctx.Err() != nil:
		return false
	case e.Kind == transcript.Reset:
		f.reset(f.from, e.Note)
		return false
	case e.Kind == transcript.End:
		f.tell(e)
		to.(wire.HalfCloser).CloseWrite()
		return false
	}
	f.tell(e)
	_, err := to.Write(e.Data)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		f.reset(1-f.from, "") // a cut shows in what is written, too
	}
	return err == nil
}

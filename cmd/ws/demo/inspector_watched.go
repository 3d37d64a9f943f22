package demo

import (
	"context"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/protocol"
)

// watched is a connection that is watched: the watcher of its tap.
type watched struct {
	tap     *tap
	began   time.Time
	session *dissect.Session // of the tap, which is told one thing after the other
	report  func(report)

	mu   sync.Mutex
	ctx  context.Context
	conn *protocol.Conn // nil during the opening handshake
}

// passed takes bytes apart that have passed.
func (w *watched) passed(from protocol.Role, b []byte) {
	at := time.Since(w.began)
	for _, s := range w.session.Write(from, at, b) {
		w.tell(s)
	}
}

// ended tells what is there of the last frames, and that nothing comes any more.
func (w *watched) ended() {
	at := time.Since(w.began)
	for _, s := range w.session.End(at) {
		w.tell(s)
	}
	w.report(report{Kind: "end", At: at.Milliseconds()})
}

// tell tells of a part.
func (w *watched) tell(s dissect.Step) {
	r := report{Kind: "step", At: s.At.Milliseconds(), From: s.From.String()}
	if len(s.Bytes) > longestPart {
		r.Size = len(s.Bytes)
	} else {
		r.Parts = []*dissect.Part{s.Part}
	}
	w.report(r)
}

// serve says that the opening handshake is over.
func (w *watched) serve(ctx context.Context, c *protocol.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ctx, w.conn = ctx, c
}

// do does what a page wants to see, without waiting for what comes of it. What it does not know it ignores.
func (w *watched) do(what string) {
	w.mu.Lock()
	ctx, c := w.ctx, w.conn
	w.mu.Unlock()
	if c == nil {
		return
	}
	switch what {
	case "ping":
		go c.Ping(ctx)
	case "close":
		go c.Close(ctx, protocol.CloseNormal, "as you asked")
	}
	if bytes := breaches[what]; bytes != nil {
		w.tap.Write(bytes) // past the Conn, which would not send it
	}
}

// breaches are frames by which a server breaks a rule.
var breaches = map[string][]byte{
	"masked":       {0x81, 0x82, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x93},
	"reserved-bit": {0xa1, 0x02, 'H', 'i'},
	"opcode":       {0x83, 0x02, 'H', 'i'},
	"not-utf-8":    {0x81, 0x03, 'H', 'i', 0xff},
	"length":       {0x81, 0x7e, 0x00, 0x02, 'H', 'i'},
	"fragment":     {0x09, 0x02, 'H', 'i'},
	"continuation": {0x80, 0x02, 'H', 'i'},
	"close-code":   {0x88, 0x02, 0x03, 0xed},
}

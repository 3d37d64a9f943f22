package demo

import (
	"context"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/websocket"
)

// watched is a connection that is watched: the watcher of its tap.
type watched struct {
	tap     *tap
	from    string // the peer's address, which tells it from others that want to be watched by the same id
	began   time.Time
	session *dissect.Session // of the tap, which is told one thing after the other
	report  func(report)

	open, over chan struct{} // closed when the opening handshake has succeeded, and when the connection has ended

	ctx  context.Context // these two from open on
	conn *websocket.Conn
}

// passed takes bytes apart that have passed.
func (w *watched) passed(from websocket.Role, b []byte) {
	at := time.Since(w.began)
	for _, s := range w.session.Write(from, at, b) {
		w.tell(s)
	}
}

// ended tells what is there of the last frames, and that nothing comes any more.
func (w *watched) ended() {
	at := time.Since(w.began)
	for _, s := range w.session.End() {
		w.tell(s)
	}
	w.report(report{Kind: "end", At: at.Milliseconds()})
	close(w.over)
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

// opened says that the opening handshake has succeeded.
func (w *watched) opened(ctx context.Context, c *websocket.Conn) {
	w.ctx, w.conn = ctx, c
	close(w.open)
}

// do does what a page wants to see, without waiting for what comes of it. What it does not know it ignores. If the
// opening handshake is under way it waits for that, or until ctx ends.
func (w *watched) do(ctx context.Context, what string) {
	select {
	case <-w.open:
	case <-w.over:
		return
	case <-ctx.Done():
		return
	}
	switch what {
	case "ping":
		go w.conn.Ping(w.ctx, nil)
	case "close":
		go w.conn.Close(w.ctx, websocket.CloseNormal, "as you asked")
	}
	if bytes := breaches[what]; bytes != nil {
		go w.tap.Write(bytes) // past the Conn, which would not send it
	}
}

// leave ends the connection, if it is open.
func (w *watched) leave() {
	select {
	case <-w.open:
		go w.conn.Close(w.ctx, websocket.CloseGoingAway, "")
	default:
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

package replay

import (
	"context"
	"errors"
	"net"
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
	"github.com/seed372fb791/rfc6455/cmd/ws/wire"
	"github.com/seed372fb791/rfc6455/handshake"
)

// talk is a connection that is replayed.
type talk struct {
	*Replay
	number int
	nc     net.Conn
	heads  *wire.Heads // of requests, made ones for this server

	due  int  // how many answers are to be waited for
	last bool // they are all that there are
	late bool // they are not, they have taken too long

	// These are guarded by Replay.mu.
	hearing *hearing
	want    []answer // as recorded
	got     []answer // as they came
	come    int      // how many of those wanted have come, as far as it can be told before all have
	known   int      // after the last of them that was recognized
	strange int      // how many of got were not recognized, and
	bytes   int      // of how many bytes
	excess  bool     // more has come than makes sense
	over    bool     // nothing will come any more
}

// connect connects to the server and begins to listen.
func (r *Replay) connect(ctx context.Context, number int) (*talk, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Patience)
	defer cancel()
	nc, err := wire.Dial(ctx, r.To, r.TLS)
	if err != nil {
		return nil, err
	}
	t := &talk{Replay: r, number: number, nc: nc, heads: wire.NewHeads(r.head), hearing: newHearing(&r.Recording.ignore), want: r.Recording.answers[number]}
	r.listening.Go(t.listen)
	return t, nil
}

// listen takes what comes until the connection ends.
func (t *talk) listen() {
	b := make([]byte, 64<<10)
	for {
		n, err := t.nc.Read(b)
		t.mu.Lock()
		for _, a := range t.hearing.heard(b[:n]) {
			t.take(a)
		}
		switch {
		case err == nil && t.endless():
			t.excess = true
			t.nc.Close()
		case err != nil && !errors.Is(err, net.ErrClosed):
			t.take(theEnd)
		}
		t.over = t.over || err != nil
		t.mu.Unlock()
		t.progress()
		if err != nil {
			return
		}
	}
}

// take takes an answer. It is called with Replay.mu held.
func (t *talk) take(got answer) {
	if i := t.find(got); i >= 0 {
		t.come, t.known = i+1, i+1
		t.got = append(t.got, t.want[i]) // whose memory there is already
		return
	}
	t.strange++
	t.bytes += len(got.data)
	t.come = min(t.come+1, len(t.want)) // it stands for another one, or is new
	t.got = append(t.got, got)
}

// lookahead is how many answers may be missing before one that is recognized.
const lookahead = 10

// find returns which wanted answer got is, -1 if it is none of those that may come
// now: after the last one that was recognized, what came since being new or other
// ones, and some missing.
func (t *talk) find(got answer) int {
	to := min(len(t.want), t.come+lookahead+1)
	if i := slices.IndexFunc(t.want[t.known:to], func(want answer) bool { return same(want, got) }); i >= 0 {
		return t.known + i
	}
	return -1
}

// mostStrange is how many answers may come that were not recorded.
const mostStrange = 10000

// endless reports whether more has come than makes sense.
func (t *talk) endless() bool {
	return t.hearing.endless() || t.strange > mostStrange || int64(t.bytes) > limits.MaxMessage
}

// done reports whether the first answers that are due have come. Where some were
// not recognized, others may still be behind them in the end.
func (t *talk) done() bool {
	return t.over || t.late || t.come >= t.due && !(t.last && t.strange > 0)
}

// act does what the client did. That the connection is gone shows where its
// answers are compared.
func (t *talk) act(turn turn) {
	t.nc.SetWriteDeadline(time.Now().Add(t.Patience))
	switch turn.kind {
	case transcript.Bytes:
		t.write(t.heads.Pass(turn.data))
	case transcript.End:
		t.write(t.heads.Rest())
		t.nc.(wire.HalfCloser).CloseWrite()
	case transcript.Reset:
		wire.Cut(t.nc)
	}
}

// head makes the head of a request one for this server.
func (r *Replay) head(head []byte) []byte {
	head = wire.Host(head, r.To)
	if target := handshake.ResourceName(r.To); target != "/" {
		head = wire.Target(head, target)
	}
	return head
}

// write writes to the server.
func (t *talk) write(b []byte) {
	if len(b) == 0 {
		return
	}
	t.mu.Lock()
	t.hearing.sent(b)
	t.mu.Unlock()
	t.nc.Write(b)
}

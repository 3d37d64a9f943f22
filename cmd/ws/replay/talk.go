package replay

import (
	"context"
	"errors"
	"fmt"
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
	late bool // they are not, they have taken too long

	// These are guarded by Replay.mu.
	hearing *hearing
	want    []answer
	got     int  // how many of them have come, the right ones or others
	ended   bool // the server has ended before that
	over    bool // none will come any more
}

// connect connects to the server and begins to listen.
func (r *Replay) connect(ctx context.Context, number int) (*talk, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Patience)
	defer cancel()
	nc, err := wire.Dial(ctx, r.To, r.TLS)
	if err != nil {
		return nil, err
	}
	t := &talk{Replay: r, number: number, nc: nc, heads: wire.NewHeads(r.head), hearing: newHearing(), want: r.Recording.answers[number]}
	r.listening.Go(t.listen)
	return t, nil
}

// listen compares what comes until the connection ends.
func (t *talk) listen() {
	b := make([]byte, 64<<10)
	for {
		n, err := t.nc.Read(b)
		t.mu.Lock()
		for _, a := range t.hearing.heard(b[:n]) {
			t.compare(a)
		}
		switch {
		case err == nil && t.hearing.endless():
			t.differs(0, "more bytes than make sense")
			t.nc.Close()
		case err != nil && !errors.Is(err, net.ErrClosed):
			t.compare(theEnd)
		}
		t.over = t.over || err != nil
		t.mu.Unlock()
		t.progress()
		if err != nil {
			return
		}
	}
}

// compare compares an answer with the one that is its turn. It is called with
// Replay.mu held.
func (t *talk) compare(got answer) {
	ends := same(got, theEnd)
	switch {
	case t.got == len(t.want) && !ends: // a transcript may lack the end
		t.differs(0, "want nothing more, got "+got.around(0))
	case t.got == len(t.want):
	case ends && !same(t.want[t.got], theEnd):
		t.ended = true // which is said when all that is missing is known
	default:
		t.skip(got)
		if want := t.want[t.got]; !same(want, got) {
			t.differs(want.at, differ(want, got))
		}
		t.got++
	}
}

// lookahead is how many answers may be missing before one that is recognized.
const lookahead = 10

// skip goes on to the next wanted answer that got is, if it is near: those
// before are missing.
func (t *talk) skip(got answer) {
	near := t.want[t.got:min(len(t.want), t.got+lookahead+1)]
	for range max(0, slices.IndexFunc(near, func(want answer) bool { return same(want, got) })) {
		want := t.want[t.got]
		t.differs(want.at, fmt.Sprintf("want %s, which has not come", want.around(0)))
		t.got++
	}
}

// missing says which answers have not come. It is called with Replay.mu held.
func (t *talk) missing() {
	left := t.want[t.got:]
	if len(left) == 0 {
		return
	}
	s := fmt.Sprintf("want %s, got nothing within %v", left[0].around(0), t.Patience)
	if t.ended {
		s = differ(left[0], theEnd)
	}
	if len(left) > 1 {
		s += fmt.Sprintf("; %d more are missing", len(left)-1)
	}
	t.differs(left[0].at, s)
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

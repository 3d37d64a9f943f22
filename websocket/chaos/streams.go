package chaos

import (
	"bytes"
	"io"

	"github.com/seed372fb791/rfc6455/websocket"
)

// reader reads a message as a stream: N bytes of it, or all, with the body in
// the middle. If its context ends it goes on under another one.
func (a *actor) reader(s *Step) {
	ctx := a.scope(s)
	defer ctx.stop()
	c := a.call(s, ctx, reads)
	typ, r, err := a.conn.Reader(ctx)
	a.w.log.returned(c, err)
	if err != nil {
		return
	}
	begun := a.w.log.take(a.end, a.routine)
	var p []byte
	defer func() { a.w.log.finish(begun, a.settleStream(s, c, typ, p, err), err) }() // also after a panic
	err = a.readStream(s, ctx, r, &p)
}

// readStream reads the bytes that the step asks for into p. The error is nil if
// there may be more, and io.EOF at the end.
func (a *actor) readStream(s *Step, ctx *scope, r *websocket.MessageReader, p *[]byte) error {
	chunk := make([]byte, chunkSizes[abs(s.N)%len(chunkSizes)])
	for turn := 0; s.N < 0 || len(*p) < s.N; turn++ {
		c := a.call(s, ctx, reads|isSkipped|isEOF)
		n, err := r.Read(chunk)
		a.w.log.returned(c, err)
		*p = append(*p, chunk[:n]...)
		spoil(chunk[:n])
		if kindOf(err) == isCtx {
			ctx = a.background()
			r.SetContext(ctx)
			continue
		}
		if err != nil {
			return err
		}
		if turn == 0 {
			a.do(s.Body)
		}
	}
	return nil
}

var chunkSizes = [...]int{1, 100, 5000, 70000}

func abs(n int) int { return max(n, -n) }

// settleStream records what was read.
func (a *actor) settleStream(s *Step, c *call, typ websocket.Type, p []byte, err error) *sent {
	switch {
	case err == io.EOF:
		return a.w.log.receive(a.end, string(s.Op), c.start, typ, p, true)
	case len(p) < idSize+1: // with the quote of JSON
		a.w.log.skip(a.end)
		return nil
	}
	return a.w.log.receive(a.end, string(s.Op), c.start, typ, p, false)
}

// writer sends a message as a stream. If its context ends it goes on under
// another one.
func (a *actor) writer(s *Step) {
	ctx := a.scope(s)
	defer ctx.stop()
	f := formOf(s)
	size := sum(s.Sizes)
	m, p := a.message(f, size)
	p = bytes.Clone(p) // the body sends messages too
	c := a.call(s, ctx, writes)
	out, err := a.conn.Writer(ctx, s.Type)
	a.w.log.returned(c, err)
	if err != nil {
		a.w.log.settle(m, fateOf(err))
		return
	}
	st := &streaming{a: a, s: s, ctx: ctx, w: out}
	a.w.log.settle(m, st.send(p))
}

// streaming is a message while it is sent.
type streaming struct {
	a   *actor
	s   *Step
	ctx *scope
	w   *websocket.MessageWriter
}

func (st *streaming) send(p []byte) fate {
	for i, n := range st.s.Sizes {
		if err := st.piece(p[:n]); err != nil {
			return halved
		}
		p = p[n:]
		if i == st.s.At {
			st.bad()
			st.a.do(st.s.Body)
		}
	}
	if st.s.Leave {
		return halved
	}
	return st.close()
}

// piece writes all of p, under another context if the first has ended.
func (st *streaming) piece(p []byte) error {
	for {
		c := st.a.call(st.s, st.ctx, writes|isPipe)
		n, err := st.w.Write(p)
		st.a.w.log.returned(c, err)
		if kindOf(err)&(isCtx|isQueue) == 0 {
			return err
		}
		p = p[n:]
		st.goOn()
	}
}

// bad tries to go on with what is no text, and expects that nothing comes of it.
func (st *streaming) bad() {
	if !st.s.Bad {
		return
	}
	c := st.a.call(st.s, st.ctx, writes&^isNil|isSend|isPipe)
	n, err := st.w.Write([]byte{0xff, 'x'})
	st.a.w.log.returned(c, err)
	if n != 0 {
		st.a.w.log.violate("error", "%s took %d bytes of what is no text", st.s, n)
	}
}

// close ends the message. A context that ends does not tell whether it has.
func (st *streaming) close() fate {
	for again := false; ; again = true {
		c := st.a.call(st.s, st.ctx, writes|isPipe)
		err := st.w.Close()
		st.a.w.log.returned(c, err)
		switch k := kindOf(err); {
		case k == isNil, k == isPipe && again:
			return placed
		case k&(isCtx|isQueue) == 0:
			return unknown
		}
		st.goOn()
	}
}

// goOn replaces the writer's context.
func (st *streaming) goOn() {
	st.ctx = st.a.background()
	st.w.SetContext(st.ctx)
}

func sum(sizes []int) (n int) {
	for _, size := range sizes {
		n += size
	}
	return n
}

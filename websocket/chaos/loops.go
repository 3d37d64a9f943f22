package chaos

import (
	"bytes"
	"iter"
	"slices"

	"github.com/seed372fb791/rfc6455/websocket"
)

// loop runs Messages or BorrowMessages with a body. A panic of the body is taken
// for good outside: the program goes on.
func (a *actor) loop(s *Step) {
	ctx := a.scope(s)
	defer ctx.stop()
	t := &turns{a: a, s: s, ctx: ctx, loop: a.w.log.enter(a.end, a.routine)}
	defer t.leave()
	messages := a.conn.Messages(ctx)
	if s.Op == opBorrow {
		messages = a.conn.BorrowMessages(ctx)
	}
	t.run(messages)
}

// turns is a loop while it runs.
type turns struct {
	a    *actor
	s    *Step
	ctx  *scope
	loop *loop
	wait *call // for the next turn
	n    int   // turns so far
	last error // the loop's
}

func (t *turns) run(messages iter.Seq2[websocket.Message, error]) {
	a := t.a
	defer a.recovered()
	t.wait = a.call(t.s, t.ctx, reads)
	for m, err := range messages {
		a.w.log.returned(t.wait, err)
		if t.last != nil {
			a.w.log.violate("loop", "%s goes on after its error %v", t.s.Op, t.last)
			return
		}
		if err != nil {
			t.last = err
			continue // the loop has to end by itself
		}
		if !t.turn(m) {
			return
		}
		t.wait = a.call(t.s, t.ctx, reads)
	}
	if t.last == nil {
		a.w.log.returned(t.wait, nil)
		a.w.log.violate("loop", "%s ended without an error", t.s.Op)
	}
}

// turn is one turn, and reports whether the loop goes on.
func (t *turns) turn(m websocket.Message) bool {
	a, lent := t.a, t.s.Op == opBorrow
	a.w.log.claim(t.loop)
	which := a.w.log.receive(a.end, string(t.s.Op), t.wait.start, m.Type, m.Data, true)
	before := bytes.Clone(m.Data)
	t.body()
	if !bytes.Equal(before, m.Data) {
		a.w.log.violate("lent", "m.Data of %d bytes changed at byte %d in the body of %s", len(before),
			differsAt(before, m.Data), t.s.Op)
	}
	if !lent {
		a.own(which, m.Data)
	}
	t.n++
	return t.n != t.s.N
}

// talkative is the number of turns whose body is run if it is for all: two ends
// that answer each other must come to an end.
const talkative = 6

// body runs the steps that are for this turn.
func (t *turns) body() {
	if t.s.At >= 0 && t.s.At != t.n || t.n >= talkative {
		return
	}
	a := t.a
	a.loops = append(a.loops, t.loop)
	defer func() { a.loops = slices.Delete(a.loops, len(a.loops)-1, len(a.loops)) }()
	a.do(t.s.Body)
}

// leave records the end of the loop.
func (t *turns) leave() { t.a.w.log.leave(t.loop, t.last) }

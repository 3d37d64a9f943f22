package chaos

import (
	"github.com/seed372fb791/rfc6455/websocket"
)

// read reads a message with Read or ReadInto.
func (a *actor) read(s *Step) { a.readOnce(s) }

// readOnce is read, and returns the kind of the error.
func (a *actor) readOnce(s *Step) kinds {
	ctx := a.scope(s)
	defer ctx.stop()
	c := a.call(s, ctx, reads)
	var typ websocket.Type
	var p []byte
	var err error
	if s.Op == opRead {
		typ, p, err = a.conn.Read(ctx)
	} else {
		typ, p, err = a.conn.ReadInto(ctx, a.in)
	}
	a.w.log.returned(c, err)
	if err != nil {
		return kindOf(err)
	}
	m := a.w.log.receive(a.end, string(s.Op), c.start, typ, p, true)
	if s.Op == opReadInto {
		spoil(p)
		a.in = p[:0]
		return isNil
	}
	a.own(m, p)
	return isNil
}

// keepAtMost bounds the size of what a program keeps.
const keepAtMost = 64 << 10

// own keeps a message that is the program's, or writes over it.
func (a *actor) own(m *sent, p []byte) {
	if m != nil && len(p) <= keepAtMost && m.id.seq%2 == 0 {
		a.kept = append(a.kept, kept{m, p})
		return
	}
	spoil(p[:cap(p)])
}

// spoil writes over memory that is the program's.
func spoil(p []byte) {
	for i := range p {
		p[i] = '!'
	}
}

// checkKept checks that nobody has written to what the program keeps.
func (a *actor) checkKept() {
	for _, k := range a.kept {
		if want := appendPayload(nil, k.m.id, k.m.form, k.m.size); string(want) != string(k.p) {
			a.w.log.violate("kept", "%v changed at byte %d after it was the program's", k.m.id, differsAt(want, k.p))
		}
	}
}

// readJSON reads a message as JSON. One that is none counts as received.
func (a *actor) readJSON(s *Step) {
	ctx := a.scope(s)
	defer ctx.stop()
	c := a.call(s, ctx, reads|isJSON)
	var text string
	err := a.conn.ReadJSON(ctx, &text)
	a.w.log.returned(c, err)
	switch kindOf(err) {
	case isNil:
		p := jsonOf(text)
		a.w.log.receive(a.end, string(s.Op), c.start, websocket.Text, p, true)
	case isJSON:
		a.w.log.skip(a.end)
	}
}

// discard has the connection read by itself until it ends.
func (a *actor) discard(s *Step) {
	l := a.w.log
	l.mu.Lock()
	l.discards[a.end] = true
	l.mu.Unlock()
	ctx := a.scope(s)
	c := a.call(s, ctx, isNil)
	ended := a.conn.Discard(ctx)
	l.returned(c, nil)
	a.w.left.Go(func() { // the connection's context, or what it was made of
		defer ctx.stop()
		<-ended.Done()
	})
}

// setMax changes the limit.
func (a *actor) setMax(s *Step) {
	l := a.w.log
	l.mu.Lock()
	l.limits[a.end] = append(l.limits[a.end], int64(s.N))
	l.mu.Unlock()
	a.conn.SetMaxMessage(int64(s.N))
}

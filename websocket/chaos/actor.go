package chaos

import "time"

// actor is a goroutine of a program.
type actor struct {
	w       *world
	end     int
	routine int
	conn    conn
	sent    int     // messages
	loops   []*loop // around the step
	out     []byte  // memory for messages to be sent, used again and again
	in      []byte  // of ReadInto
	kept    []kept  // messages that are the program's
}

// kept is a message whose memory is the program's: it must not change.
type kept struct {
	m *sent
	p []byte
}

// boom is what programs panic with.
type boom struct{}

// start runs the steps on a goroutine of their own.
func (w *world) start(end, routine int, steps []Step) {
	a := &actor{w: w, end: end, routine: routine, conn: w.conns[end]}
	w.working.Go(func() {
		defer a.checkKept()
		defer a.recovered()
		a.do(steps)
	})
}

// recovered takes a panic of the program for good, and records others.
func (a *actor) recovered() {
	if p := recover(); p != nil && p != (boom{}) {
		a.w.log.violatePanic(p)
	}
}

func (a *actor) do(steps []Step) {
	for i := range steps {
		a.step(&steps[i])
	}
}

func (a *actor) step(s *Step) {
	switch s.Op {
	case opRead, opReadInto:
		a.read(s)
	case opReadJSON:
		a.readJSON(s)
	case opMessages, opBorrow:
		a.loop(s)
	case opReader:
		a.reader(s)
	case opDiscard:
		a.discard(s)
	case opWriter:
		a.writer(s)
	case opBatch:
		a.batch(s)
	case opTryPrepared:
		a.tryPrepared(s)
	case opWrite, opWriteText, opWriteJSON, opPrepared:
		a.write(s)
	case opFlush, opPing, opPong:
		a.signal(s)
	case opClose, opCloseNow:
		a.close(s)
	case opSetMax:
		a.setMax(s)
	case opPause:
		a.pause(s.D)
	case opPanic:
		panic(boom{})
	}
}

// pause lets time go by.
func (a *actor) pause(d time.Duration) {
	select {
	case <-time.After(d):
	case <-a.w.run.Done():
	}
}

// scope makes the step's context.
func (a *actor) scope(s *Step) *scope { return a.w.newScope(s.Ctx) }

// call records the beginning of a call for a step.
func (a *actor) call(s *Step, ctx *scope, allowed kinds) *call {
	c := call{end: a.end, routine: a.routine, op: s.Op, of: s, step: s.String(), ctx: ctx, allowed: allowed, bad: s.Bad,
		code: s.Code, reason: s.Reason}
	if len(a.loops) > 0 {
		c.inLoop = a.loops[len(a.loops)-1]
	}
	return a.w.log.call(c)
}

// background is for calls that wait as long as the connection lasts.
func (a *actor) background() *scope {
	return &scope{Context: background, kind: ctxBackground, stop: func() {}}
}

package chaos

import (
	"strings"

	"github.com/seed372fb791/rfc6455/websocket"
)

// maxDepth is how deep bodies lie in bodies.
const maxDepth = 2

// steps draws n steps of any kind.
func (d *draw) steps(end, n, depth int) (steps []Step) {
	for range n {
		steps = append(steps, d.anyStep(end, depth))
	}
	return steps
}

func (d *draw) anyStep(end, depth int) Step {
	switch k := d.IntN(20); {
	case k < 4 && (!d.patient() || depth > 0):
		return d.readStep(end, depth)
	case k == 4:
		return Step{Op: opPause, D: d.duration()}
	case k == 5 && (d.mood == wild || d.mood == parting):
		return d.closeStep(end)
	case k == 6 && depth > 0 && !d.patient():
		return Step{Op: opPanic}
	case k == 7 && d.mood == wild:
		return Step{Op: opSetMax, N: pick(d, 1<<20, 5<<20, 3000)}
	case k == 8 && d.mood == wild && depth == 0:
		return Step{Op: opDiscard, Ctx: d.ctx()}
	}
	return d.writeStep(end, depth)
}

// readStep draws a step that reads. In a body it must not wait for ever: the
// message may not come.
func (d *draw) readStep(end, depth int) Step {
	s := Step{Op: pick(d, opRead, opRead, opReadInto, opReadJSON, opReader, opMessages), Ctx: d.ctx()}
	if d.json && d.one(2) {
		s.Op = opReadJSON
	}
	switch s.Op {
	case opMessages:
		s = d.loopStep(end, depth)
	case opReader:
		s.N = pick(d, -1, -2, -3, 0, 1, 50, 3000)
		if d.one(4) && depth < maxDepth {
			s.Body = d.steps(end, 1+d.IntN(2), depth+1)
		}
	}
	if depth > 0 && !d.patient() {
		s.Ctx = Ctx{pick(d, ctxTimeout, ctxCancel), d.duration()}
	}
	return s
}

// loopStep draws a loop, perhaps with a body.
func (d *draw) loopStep(end, depth int) Step {
	s := Step{Op: pick(d, opMessages, opBorrow), Ctx: d.ctx(), N: d.IntN(6)}
	if depth < maxDepth && !d.one(3) {
		s.At = pick(d, -1, 0, 0, 1, 3)
		s.Body = d.steps(end, 1+d.IntN(3), depth+1)
	}
	return s
}

// writeStep draws a step that sends something.
func (d *draw) writeStep(end, depth int) Step {
	s := Step{Ctx: d.ctx(), Type: d.typ(), Sizes: []int{d.size(1 - end)}}
	s.Op = pick(d, opWrite, opWrite, opWrite, opWriteText, opWriteJSON, opWriter, opPrepared, opTryPrepared, opBatch,
		opFlush, opPing, opPong)
	if d.json && !d.one(4) {
		s.Op = opWriteJSON
	}
	switch s.Op {
	case opWriteText, opWriteJSON:
		s.Type = websocket.Text
		s.Bad = d.one(20)
	case opPrepared:
		s.Type &^= websocket.Plain
	case opWriter:
		s.Sizes = d.few(1 - end)
		s.At = d.IntN(len(s.Sizes))
		s.Leave = d.mood == wild && d.one(20)
		s.Bad = s.Type&^websocket.Plain == websocket.Text && d.one(4)
		if d.one(3) && depth < maxDepth {
			s.Body = []Step{{Op: pick(d, opPing, opPong), Ctx: Ctx{ctxTimeout, d.duration()}}}
		}
	case opTryPrepared, opBatch:
		s.Sizes = d.few(1 - end)
	case opPing, opPong:
		s.Sizes, s.Type = nil, 0
		s.N = pick(d, 0, 0, 8, 125, 126)
		s.Bad = s.N > 125
	case opFlush:
		s.Sizes, s.Type = nil, 0
	}
	if d.one(50) && s.Op == opWrite {
		s.Type, s.Bad = websocket.Text, true
	}
	return s
}

// closeStep draws a way to close.
func (d *draw) closeStep(end int) Step {
	if d.mood == wild && d.one(3) {
		return Step{Op: opCloseNow}
	}
	s := Step{Op: opClose, Ctx: d.ctx(), Start: d.one(3), Code: pick(d, websocket.CloseNormal, 4000, websocket.CloseNoStatus, websocket.CloseGoingAway)}
	if s.Code != websocket.CloseNoStatus {
		s.Reason = strings.Repeat("why ", d.IntN(30))
	}
	switch d.IntN(8) {
	case 0:
		s.Code, s.Bad = pick[websocket.CloseCode](d, 1006, 5000, 999), true
	case 1:
		s.Reason, s.Code, s.Bad = strings.Repeat("straße", 30), 4001, true
	case 2:
		s.Reason, s.Code, s.Bad = "not \xff UTF-8", 4001, true
	case 3:
		if end == client {
			s.Code, s.Reason = websocket.CloseMandatoryExtension, ""
		}
	}
	return s
}

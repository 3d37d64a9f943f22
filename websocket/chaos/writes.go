package chaos

import (
	"encoding/json"

	"github.com/seed372fb791/rfc6455/websocket"
)

// message begins a message of the goroutine, in memory that is used again for
// the next one.
func (a *actor) message(f form, size int) (*sent, []byte) {
	i := id{end: uint8(a.end), routine: uint8(a.routine), seq: uint16(a.sent)}
	a.sent++
	if f == formJSON {
		size = max(size, minJSON)
	}
	m := a.w.log.begin(i, f, size)
	if cap(a.out) < size {
		a.out = make([]byte, 0, 2*size)
	}
	return m, appendPayload(a.out[:0], i, f, size)
}

// formOf returns the form of a step's messages.
func formOf(s *Step) form {
	switch {
	case s.Op == opWriteJSON:
		return formJSON
	case s.Op == opWriteText, s.Type&^websocket.Plain == websocket.Text:
		return formText
	}
	return formBinary
}

// fateOf tells what a write's error says about the message.
func fateOf(err error) fate {
	switch kindOf(err) {
	case isNil, isCtx:
		return placed
	case isQueue, isSend, isJSON:
		return refused
	}
	return unknown
}

// write sends a message whole.
func (a *actor) write(s *Step) {
	ctx := a.scope(s)
	defer ctx.stop()
	if s.Bad {
		a.writeBad(s, ctx)
		return
	}
	m, p := a.message(formOf(s), s.Sizes[0])
	c := a.call(s, ctx, writes)
	err := a.writeBy(s, ctx, p)
	a.w.log.returned(c, err)
	spoil(p) // it is not kept
	a.w.log.settle(m, fateOf(err))
}

// writeBy calls the method of the step.
func (a *actor) writeBy(s *Step, ctx *scope, p []byte) error {
	switch s.Op {
	case opWriteText:
		return a.conn.WriteText(ctx, string(p))
	case opWriteJSON:
		return a.conn.WriteJSON(ctx, string(p[1:len(p)-1]))
	case opPrepared:
		m, err := websocket.Prepare(s.Type, p)
		if err != nil {
			return err
		}
		return a.conn.WritePrepared(ctx, m)
	}
	return a.conn.Write(ctx, s.Type, p)
}

// writeBad writes what must not be sent, and expects to be told.
func (a *actor) writeBad(s *Step, ctx *scope) {
	bad := append(appendBody(nil, id{}, formText, max(s.Sizes[0], idSize)), 0xff)
	c := a.call(s, ctx, writes&^isNil|isSend|isJSON)
	var err error
	switch s.Op {
	case opWriteJSON:
		err = a.conn.WriteJSON(ctx, make(chan int))
	case opPrepared:
		_, err = websocket.Prepare(websocket.Text, bad)
	case opWriteText:
		err = a.conn.WriteText(ctx, string(bad))
	default:
		err = a.conn.Write(ctx, websocket.Text, bad)
	}
	a.w.log.returned(c, err)
}

// tryPrepared sends prepared messages if that needs no wait.
func (a *actor) tryPrepared(s *Step) {
	var messages []*sent
	var prepared []*websocket.PreparedMessage
	for _, size := range s.Sizes {
		m, p := a.message(formOf(s), size)
		pm, err := websocket.Prepare(s.Type, p)
		if err != nil {
			a.w.log.violate("error", "Prepare: %v", err)
			return
		}
		messages, prepared = append(messages, m), append(prepared, pm)
	}
	c := a.call(s, nil, isNil|isState|ends)
	taken, err := a.conn.TryWritePrepared(prepared...)
	a.w.log.returned(c, err)
	for _, m := range messages {
		switch {
		case err != nil:
			a.w.log.settle(m, unknown)
		case taken:
			a.w.log.settle(m, placed)
		default:
			a.w.log.settle(m, refused)
		}
	}
}

// batch adds messages to the batch, of one kind after the other.
func (a *actor) batch(s *Step) {
	ctx := a.scope(s)
	defer ctx.stop()
	b := a.conn.Batch()
	for i, size := range s.Sizes {
		m, p := a.message(formOf(s), size)
		c := a.call(s, ctx, writes)
		var err error
		switch {
		case i%3 == 1 && m.form == formText:
			err = b.WriteText(ctx, string(p))
		case i%3 == 2:
			var pm *websocket.PreparedMessage
			if pm, err = websocket.Prepare(s.Type, p); err == nil {
				err = b.WritePrepared(ctx, pm)
			}
		default:
			err = b.Write(ctx, s.Type, p)
		}
		a.w.log.returned(c, err)
		spoil(p)
		a.w.log.settle(m, fateOf(err))
	}
}

// signal flushes the batch, or sends a Ping or Pong.
func (a *actor) signal(s *Step) {
	ctx := a.scope(s)
	defer ctx.stop()
	allowed := pings
	if s.Bad {
		allowed = allowed&^isNil | isSend
	}
	c := a.call(s, ctx, allowed)
	var err error
	switch s.Op {
	case opFlush:
		err = a.conn.Batch().Flush(ctx)
	case opPing:
		rtt, failed := a.conn.Ping(ctx, pingData(s))
		if err = failed; err == nil && rtt < 0 {
			a.w.log.violate("ping", "a round trip of %v", rtt)
		}
	case opPong:
		err = a.conn.Pong(ctx, pingData(s))
	}
	a.w.log.returned(c, err)
}

// pingData returns N bytes, nil if that is 0.
func pingData(s *Step) []byte {
	if s.N == 0 {
		return nil
	}
	return words[:s.N]
}

// jsonOf returns the message that WriteJSON sends for a string.
func jsonOf(text string) []byte {
	p, _ := json.Marshal(text)
	return p
}

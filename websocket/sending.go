package websocket

import (
	"context"
	"errors"

	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// sending is the sending part of a Conn. The order of messages is the order in
// which they get their places; a message with its place will be sent. c.mu guards
// all of it.
//
//	line     messages that wait for their place: there is no room, or a
//	         MessageWriter's message has begun and not ended
//	output   frames with their place, in the endpoint
//	flight   frames that a goroutine is writing: it has the right to write
//
// Whoever gives the right up lets messages of the line have their places, and
// hands the right on to the first of those that wait for their frames to be
// written: that goroutine writes for all.
type sending struct {
	line     waiters        // for a place
	placed   waiters        // for their frames to be written
	writing  bool           // a goroutine has the right to write
	batched  bool           // the output holds messages of a Batch, and nobody is to write it yet
	controls uint8          // Pings and Pongs of the application in the output
	flight   int            // bytes that are being written
	taken    ticket         // how often the output was taken
	written  ticket         // taken when it was last written
	writer   *MessageWriter // whose message has begun and not ended
	// promised is the writer of the last message in frames that is sent whole
	// though its caller may leave.
	promised *MessageWriter
	err      error // why nothing can be written any more
	gate     gate  // of the goroutine with the right to write
}

// ticket is what a message gets with its place: what sending.taken becomes when
// its frames are taken to be written.
type ticket uint64

// outgoing is a frame of a message on its way out.
type outgoing struct {
	data     []byte
	prepared *PreparedMessage // instead of data
	from     *MessageWriter   // whose message it belongs to, nil for a message of one frame
	typ      Type             // perhaps with Plain
	fin      bool
	begin    bool // no frame: from's message begins
	large    bool // data is written from where it lies
	batched  bool // it may wait for others in a batch
}

// size returns how many bytes of payload m has, before compression.
func (m *outgoing) size() int {
	if m.prepared != nil {
		return m.prepared.Len()
	}
	return len(m.data)
}

// largeWrite is the size in bytes from which payload is not copied behind others'
// frames, but written from where it is.
const largeWrite = 16 << 10

// isLarge reports whether m is written from where it is. That takes a write which
// can be cut short when ctx ends, and an end of ctx with which it can go on.
func (c *Conn) isLarge(ctx context.Context, m *outgoing) bool {
	switch {
	case m.begin || m.size() < largeWrite || !c.stream.resumable() && ctx.Done() != nil:
		return false
	case m.prepared != nil:
		return c.ep.Role() == Server
	}
	return !c.ep.Deflates(m.typ, m.from == nil && m.fin, len(m.data))
}

// send gives m its place in the order and returns when it has been written.
// placed says, also of an error, that it has its place and will be sent.
func (c *Conn) send(ctx context.Context, m *outgoing) (placed bool, err error) {
	if m.size() > bigBuffer && c.goesInPieces(m) {
		return c.sendInPieces(ctx, m)
	}
	m.large = c.isLarge(ctx, m)
	w, flow, err := c.enter(ctx, m)
	switch {
	case err != nil:
		return false, err
	case w != nil:
		return c.await(ctx, w)
	case flow == nil: // it may wait in a batch, or was no frame
		return true, nil
	}
	return true, c.flush(ctx, flow)
}

// unsent returns err, why m has no place, as one that says that nothing of the
// message was sent. It is another matter if a message has begun in frames, or if there
// is none.
func (m *outgoing) unsent(err error) error {
	if (m.begin || m.from == nil && m.typ != 0) && errors.Is(err, ErrClosed) {
		return notSent{err}
	}
	return err
}

// enter gives m its place and the right to write, if there is room and nobody
// writes; otherwise m waits.
func (c *Conn) enter(ctx context.Context, m *outgoing) (w *waiter, flow *outflow, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.maySend(ctx, m); err != nil {
		return nil, nil, m.unsent(err)
	}
	if !c.mayPlace(m) {
		return c.wait(m), nil, nil
	}
	if m.large {
		flow, err = c.takeLarge(m)
		return nil, flow, err
	}
	c.lendFor(m)
	if err := c.place(m); err != nil {
		return nil, nil, err
	}
	c.admit() // m may have been the end of what others wait for
	switch {
	case m.begin, m.batched && c.rests():
		return nil, nil, nil
	case c.sending.writing:
		return c.waitWritten(m), nil, nil
	}
	return nil, c.take(), nil
}

// maySend returns why nothing can be sent.
func (c *Conn) maySend(ctx context.Context, m *outgoing) error {
	switch {
	case m.from != nil && m.from == c.sending.promised:
		return c.sending.err
	case c.refusal() != nil:
		return c.refusal()
	case ctx.Err() != nil:
		return notPlaced(ctx.Err())
	}
	return nil
}

// mayPlace reports whether m may have its place now: it is its turn, and there is
// room. A message with its payload elsewhere has to be written by its own
// goroutine, at once.
func (c *Conn) mayPlace(m *outgoing) bool {
	s := &c.sending
	first := s.line.empty() || m.from != nil && m.from == s.writer
	return first && !(m.large && s.writing) && c.mayAdmit(m)
}

// hasRoom reports whether m fits beside what waits to be written.
func (c *Conn) hasRoom(m *outgoing) bool {
	waiting := c.ep.Pending() + c.sending.flight
	return m.begin || waiting == 0 || c.set.maxQueued == 0 || waiting+m.size() <= c.set.maxQueued
}

// place puts m into the output.
func (c *Conn) place(m *outgoing) (err error) {
	s := &c.sending
	s.err = errHookPanicked // unless the endpoint returns
	switch {
	case m.begin:
		s.writer = m.from
		if m.from.kept != nil {
			s.promised = m.from
		}
	case m.prepared != nil:
		err = c.ep.SendPrepared(m.prepared)
	default:
		err = c.ep.Send(m.typ, m.fin, m.data)
	}
	s.err = nil
	if err == nil {
		c.hasPlace(m)
	}
	return err
}

// lendFor sees to the memory that m is put out to, before place: from there it would
// make the stacks of all connections grow.
func (c *Conn) lendFor(m *outgoing) {
	if !m.begin {
		c.lendOutput(m.size() + frameOverhead)
	}
}

// frameOverhead is how much bigger than its contents a frame gets at most, its
// header included and while it is compressed.
const frameOverhead = protocol.MaxHeaderSize + 64

// takeLarge puts the header of m behind the output and takes that, with the right
// to write. Nobody has that right.
func (c *Conn) takeLarge(m *outgoing) (flow *outflow, err error) {
	s := &c.sending
	tail, key := m.data, mask.Key{}
	s.err = errHookPanicked
	switch {
	case m.prepared != nil:
		tail, err = c.ep.SharePrepared(m.prepared)
	case c.ep.Role() == Client:
		c.lendOutput(bigBuffer - protocol.MaxHeaderSize) // the masked payload goes through it
		key, err = c.ep.SendHeader(m.typ, m.fin, m.data)
	default:
		c.lendOutput(protocol.MaxHeaderSize)
		_, err = c.ep.SendHeader(m.typ, m.fin, m.data)
	}
	s.err = nil
	if err != nil {
		return nil, err
	}
	c.hasPlace(m)
	flow = c.take()
	flow.tail, flow.key, flow.masked, flow.shared = tail, key, c.ep.Role() == Client, m.prepared != nil
	s.flight = flow.size()
	return flow, nil
}

// hasPlace takes into account that m has its place.
func (c *Conn) hasPlace(m *outgoing) {
	if m.begin {
		return
	}
	if !m.batched {
		c.sending.batched = false
	}
	if !m.fin {
		return
	}
	c.stats.messagesWritten.Add(1)
	if m.from != nil {
		c.sending.writer = nil
	}
}

// take takes all frames of the output, and the right to write them.
func (c *Conn) take() *outflow {
	s := &c.sending
	s.writing, s.batched, s.controls = true, false, 0
	s.taken++
	flow := outflows.Get().(*outflow)
	flow.out = c.ep.Output()
	flow.memory, s.flight = flow.out, len(flow.out)
	return flow
}

// lendOutput sees to it that n bytes more are put out to memory of a pool, unless
// they are too many for that.
func (c *Conn) lendOutput(n int) {
	need := c.ep.Pending() + n
	if n <= c.ep.Room() || need > bigBuffer {
		return
	}
	if before := c.ep.Lend(getBuffer(need)); before != nil {
		putBuffer(before)
	}
}

// admit gives those at the head of the line their places, as far as there is
// room. A large message is not among them: it comes with the right to write.
func (c *Conn) admit() {
	s := &c.sending
	for w := s.line.head; w != nil && !w.m.large && c.mayAdmit(&w.m); w = s.line.head {
		c.lendFor(&w.m)
		err := c.place(&w.m)
		s.line.remove(w) // now: if a hook has panicked, w is told with the others
		if err != nil || w.m.begin {
			w.tell(err)
			continue
		}
		w.ticket = s.taken + 1
		s.placed.push(w)
	}
}

// mayAdmit is mayPlace for the first in the line.
func (c *Conn) mayAdmit(m *outgoing) bool {
	s := &c.sending
	if s.writer != nil && m.from != s.writer {
		return false
	}
	return c.hasRoom(m)
}

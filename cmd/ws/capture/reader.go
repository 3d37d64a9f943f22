package capture

import (
	"bufio"
	"fmt"
	"io"
	"time"
)

// Reader reads a capture and tells what happened on the connections in it, as
// the capture goes. Not safe for concurrent use.
type Reader struct {
	file  file
	began time.Time // of the first packet
	conns map[pair]*conn
	order []*conn // by their first packets
	held  int     // bytes that wait, of all connections
	ready []Event
	err   error // after what is ready

	fragments fragments
	packets   int
	others    int // without TCP
	cut       int // cut to a length when they were captured
}

// NewReader returns a reader of the capture in r, see Recognise.
func NewReader(r *bufio.Reader) (*Reader, error) {
	f, err := open(r)
	if err != nil {
		return nil, fmt.Errorf("the capture cannot be read: %w", err)
	}
	return &Reader{file: f, conns: make(map[pair]*conn)}, nil
}

// Next returns the next event, or io.EOF after the last one. After any other
// error, too, there is nothing more to come; all that stood before what cannot
// be read has come.
func (r *Reader) Next() (Event, error) {
	for len(r.ready) == 0 {
		if r.err != nil {
			return Event{}, r.err
		}
		r.read()
	}
	e := r.ready[0]
	r.ready = r.ready[1:]
	return e, nil
}

// Packets returns how many packets have been read, and how many of them brought
// nothing of TCP.
func (r *Reader) Packets() (all, others int) { return r.packets, r.others }

// Damage returns how many packets of those that were read were cut to a length
// when they were captured, and how many came in fragments not all of which are
// there.
func (r *Reader) Damage() (cut, fragmented int) { return r.cut, r.fragments.missing() }

// KeyLog returns the secrets of TLS that the file has had so far, in the format
// of SSLKEYLOGFILE. From one call to the next it only grows.
func (r *Reader) KeyLog() []byte {
	if r.file.secrets == nil {
		return nil
	}
	return r.file.secrets.keyLog
}

// read reads a packet.
func (r *Reader) read() {
	p, err := r.file.next()
	if err == nil {
		r.packets++
		r.packet(p)
		return
	}
	if r.err = err; err != io.EOF {
		r.err = fmt.Errorf("packet %d of the capture: %w", r.packets+1, err)
	}
	for _, c := range r.order {
		r.with(c, c.flush)
	}
}

// packet takes a packet to the connection that it belongs to.
func (r *Reader) packet(p packet) {
	if r.packets == 1 {
		r.began = p.at
	}
	s, ok := p.segment(&r.fragments)
	if s.cut > 0 || !ok && p.cut {
		r.cut++
	}
	if !ok {
		r.others++
		return
	}
	s.at = p.at.Sub(r.began)
	key := pairOf(s.from, s.to)
	c := r.conns[key]
	if c != nil && c.replacedBy(s) {
		r.with(c, c.flush)
		c = nil
	}
	if c == nil {
		if !s.syn && len(s.data) == 0 {
			return // the end of something that was not seen
		}
		began := p.at
		if began.Year() == 0 { // a time without a day
			began = time.Time{}
		}
		c = newConn(s, began)
		r.conns[key] = c
		r.order = append(r.order, c)
	}
	r.with(c, func() []Event { return c.take(s) })
}

// with does something to c, and makes ready what has happened by it.
func (r *Reader) with(c *conn, do func() []Event) {
	r.held -= c.held()
	happened := do()
	if r.held+c.held() > maxHeld {
		happened = append(happened, c.flush()...)
	}
	r.held += c.held()
	for _, e := range happened {
		e.Conn = &c.Conn
		r.ready = append(r.ready, e)
	}
}

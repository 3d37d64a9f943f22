package capture

import (
	"bytes"
	"slices"
	"time"
)

// What may wait for something that is missing before it.
const (
	maxEarly       = 4 << 20 // bytes of a direction
	maxEarlyPieces = 4096    // segments of a direction
	maxHeld        = 64 << 20
)

// enoughAcks is how often the receiver has to acknowledge what is missing until
// it is given up: packets may be captured in another order than they came in.
const enoughAcks = 16

// stream puts the segments of one direction in order. Of bytes that come twice
// the first ones count, as to most receivers.
type stream struct {
	known bool   // these two are:
	first uint32 // sequence number of the first byte
	next  uint32 // and of the next one that is wanted

	early []piece // in order, none of them at next
	held  int     // bytes of them
	acks  int     // for bytes that are missing before them
	over  bool    // the FIN was reached
	at    time.Duration
}

// piece is a segment as one direction has it.
type piece struct {
	at   time.Duration
	seq  uint32
	data []byte
	cut  int // bytes that should follow data, but were not captured
	fin  bool
}

// end is the sequence number after p.
func (p *piece) end() uint32 { return p.seq + uint32(len(p.data)+p.cut) }

// empty reports whether there is nothing in p, as in a mere acknowledgement.
func (p *piece) empty() bool { return len(p.data)+p.cut == 0 && !p.fin }

// begin says with which sequence number the direction begins.
func (s *stream) begin(seq uint32) {
	if !s.known {
		s.known, s.first, s.next = true, seq, seq
	}
}

// after returns how many bytes seq comes after to, if it does: sequence numbers
// go round.
func after(seq, to uint32) int32 { return int32(seq - to) }

// take takes a piece and returns what is in order by it.
func (s *stream) take(p piece) []Event {
	if s.over || p.empty() || after(p.end(), s.next) < 0 {
		return nil
	}
	if after(p.seq, s.next) > 0 {
		s.keep(p)
		if s.held <= maxEarly && len(s.early) <= maxEarlyPieces {
			return nil
		}
		return s.skip()
	}
	s.acks = 0
	return s.drain(s.deliver(nil, p))
}

// acked says that the receiver has everything before seq.
func (s *stream) acked(seq uint32) []Event {
	if len(s.early) == 0 || after(seq, s.early[0].end()) < 0 {
		return nil
	}
	if s.acks++; s.acks < enoughAcks {
		return nil
	}
	s.acks = 0
	return s.skip()
}

// keep keeps a piece for later, unless it is there already.
func (s *stream) keep(p piece) {
	i, found := slices.BinarySearchFunc(s.early, p, func(a, b piece) int { return int(after(a.seq, b.seq)) })
	if found && after(s.early[i].end(), p.end()) >= 0 && s.early[i].fin == p.fin {
		return
	}
	p.data = bytes.Clone(p.data) // and not the packet around it
	s.early = slices.Insert(s.early, i, p)
	s.held += len(p.data)
}

// deliver appends what p brings that was not there before. It begins at next or
// before that.
func (s *stream) deliver(out []Event, p piece) []Event {
	old := uint32(-after(p.seq, s.next))
	s.at = max(s.at, p.at)
	if old < uint32(len(p.data)) {
		out = append(out, Event{Kind: Bytes, At: s.at, Data: p.data[old:]})
		old = uint32(len(p.data))
		s.next = p.seq + old
	}
	if missing := after(p.end(), s.next); missing > 0 {
		out = append(out, Event{Kind: Gap, At: s.at, Missing: int64(missing), Cut: true})
		s.next = p.end()
	}
	if p.fin && p.end() == s.next {
		s.over = true
		s.early, s.held = nil, 0
		out = append(out, Event{Kind: End, At: s.at})
	}
	return out
}

// drain appends what has waited and is wanted now.
func (s *stream) drain(out []Event) []Event {
	for len(s.early) > 0 && after(s.early[0].seq, s.next) <= 0 {
		p := s.early[0]
		s.early, s.held = s.early[1:], s.held-len(p.data)
		if after(p.end(), s.next) >= 0 {
			out = s.deliver(out, p)
		}
	}
	return out
}

// skip gives up what is missing before the first piece that waits.
func (s *stream) skip() []Event {
	p := s.early[0]
	s.at = max(s.at, p.at)
	gap := Event{Kind: Gap, At: s.at, Missing: int64(after(p.seq, s.next))}
	s.next = p.seq
	return s.drain([]Event{gap})
}

// flush gives up all that is missing.
func (s *stream) flush() (out []Event) {
	for len(s.early) > 0 {
		out = append(out, s.skip()...)
	}
	return out
}

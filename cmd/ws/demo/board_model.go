package demo

// The drawing, and its messages. All are binary and begin with a letter; u is a uvarint (as in encoding/binary), i a
// signed one (zigzag), the author is 8 bytes. The board has boardWidth x boardHeight units, whatever its size on a
// screen.
//
//	from pages                                            to pages
//	h token[16]                          hello            d seq:u author id[8] room:u people:u author... strokes:u
//	                                                        (author number:u colour:u width:u points:u (x:i y:i)...)...
//	s number:u colour:u width:u          draws            s seq:u author number:u colour:u width:u first:u (x:i y:i)...
//	  first:u (x:i y:i)...
//	u number:u                           undoes           u seq:u author number:u
//	c                                    clears all       c seq:u author
//	p colour:u x:u y:u                   points there     p seq:u author colour:u x:u y:u
//	p                                    points nowhere   p seq:u author
//	                                     comes, goes      j seq:u author, l seq:u author
//
// In d, the whole drawing, the first author is the page's own, and room is for how many points there is in all.
// A stroke is known by its author and a number of the author's choice (pages take the time). Its message s adds points
// to its end, or begins it: first is the index in the stroke of the first point that comes, points that are there
// already are ignored. The first point in a message is relative to 0,0, each other one to the one before. A long stroke
// comes in several messages, none longer than maxBoardMessage.

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"slices"
)

// author is the public id of who draws: see authorOf.
type author [8]byte

const (
	boardWidth, boardHeight = 1600, 1200
	boardColours            = 8
	boardWidths             = 3
	maxBoardPoints          = 100_000 // on the board
	maxBoardMessage         = 8 << 10 // bytes
	tokenSize               = 16
)

// The kinds of messages.
const (
	boardHello   = 'h'
	boardStroke  = 's'
	boardUndo    = 'u'
	boardClear   = 'c'
	boardPoint   = 'p'
	boardJoin    = 'j'
	boardLeave   = 'l'
	boardDrawing = 'd'
)

// boardMessage is a message of a page, checked.
type boardMessage struct {
	kind          byte
	number        uint64
	colour, width byte
	first         int // the index of points[0] in the stroke
	points        []point
}

type point struct{ x, y int }

// drawing is what is on the board, and who is there.
type drawing struct {
	id      [8]byte   // another one after a restart
	strokes []*stroke // in the order in which they were begun
	byID    map[strokeID]*stroke
	points  int
	people  map[author]int // how many pages each has open
}

type strokeID struct {
	author author
	number uint64
}

type stroke struct {
	strokeID
	colour, width byte
	points        []point
}

func newDrawing() *drawing {
	d := &drawing{byID: make(map[strokeID]*stroke), people: make(map[author]int)}
	rand.Read(d.id[:])
	return d
}

// apply changes the drawing by a message. It reports whether there is something to tell the pages.
func (d *drawing) apply(who author, m boardMessage) bool {
	switch m.kind {
	case boardStroke:
		return d.extend(strokeID{who, m.number}, m)
	case boardUndo:
		return d.undo(strokeID{who, m.number})
	case boardClear:
		d.strokes, d.points = nil, 0
		clear(d.byID)
	case boardJoin:
		d.people[who]++
		return d.people[who] == 1
	case boardLeave:
		d.people[who]--
		if d.people[who] > 0 {
			return false
		}
		delete(d.people, who)
	}
	return true
}

// extend begins a stroke or adds to one. A part whose beginning is missing belongs to a stroke that has been cleared.
func (d *drawing) extend(id strokeID, m boardMessage) bool {
	s, had := d.byID[id], 0
	if s != nil {
		had = len(s.points)
	}
	known := had - m.first
	if known < 0 || known >= len(m.points) || d.points+len(m.points)-known > maxBoardPoints {
		return false
	}
	if s == nil {
		s = &stroke{strokeID: id, colour: m.colour, width: m.width}
		d.byID[id] = s
		d.strokes = append(d.strokes, s)
	}
	s.points = append(s.points, m.points[known:]...)
	d.points += len(s.points) - had
	return true
}

func (d *drawing) undo(id strokeID) bool {
	s := d.byID[id]
	if s == nil {
		return false
	}
	delete(d.byID, id)
	d.strokes = slices.DeleteFunc(d.strokes, func(other *stroke) bool { return other == s })
	d.points -= len(s.points)
	return true
}

// appendTo appends the whole drawing as the page of an author gets it.
func (d *drawing) appendTo(b []byte, seq uint64, who author) []byte {
	b = appendBoard(b, seq, who, []byte{boardDrawing})
	b = append(b, d.id[:]...)
	b = binary.AppendUvarint(b, maxBoardPoints)
	b = binary.AppendUvarint(b, uint64(len(d.people)))
	for who := range d.people {
		b = append(b, who[:]...)
	}
	b = binary.AppendUvarint(b, uint64(len(d.strokes)))
	for _, s := range d.strokes {
		b = append(b, s.author[:]...)
		b = binary.AppendUvarint(b, s.number)
		b = append(b, s.colour, s.width) // both less than 128
		b = binary.AppendUvarint(b, uint64(len(s.points)))
		b = appendPoints(b, s.points)
	}
	return b
}

// appendBoard appends a page's message as the others get it: with its number and author behind the kind.
func appendBoard(b []byte, seq uint64, who author, message []byte) []byte {
	b = append(b, message[0])
	b = binary.AppendUvarint(b, seq)
	b = append(b, who[:]...)
	return append(b, message[1:]...)
}

func appendPoints(b []byte, points []point) []byte {
	var last point
	for _, p := range points {
		b = binary.AppendVarint(b, int64(p.x-last.x))
		b = binary.AppendVarint(b, int64(p.y-last.y))
		last = p
	}
	return b
}

var errBoard = errors.New("not a message of the whiteboard")

// parseBoard takes a message of a page apart. Everything in it is checked here, because pages trust what they get.
func parseBoard(data []byte) (boardMessage, error) {
	if len(data) == 0 || len(data) > maxBoardMessage {
		return boardMessage{}, errBoard
	}
	m, r := boardMessage{kind: data[0]}, byteReader{left: data[1:]}
	switch m.kind {
	case boardStroke:
		m.number = r.uvarint(1<<53 - 1) // JavaScript counts no further
		m.colour, m.width = byte(r.uvarint(boardColours-1)), byte(r.uvarint(boardWidths-1))
		m.first = int(r.uvarint(maxBoardPoints))
		m.points = boardPoints(&r)
	case boardUndo:
		m.number = r.uvarint(1<<53 - 1)
	case boardPoint:
		if len(r.left) > 0 {
			m.colour = byte(r.uvarint(boardColours - 1))
			m.points = []point{{int(r.uvarint(boardWidth)), int(r.uvarint(boardHeight))}}
		}
	case boardClear:
	default:
		r.bad = true
	}
	if r.bad || len(r.left) > 0 {
		return boardMessage{}, errBoard
	}
	return m, nil
}

// boardPoints takes one point or more, to the end of a message.
func boardPoints(r *byteReader) (points []point) {
	var p point
	for ok := true; ok; ok = len(r.left) > 0 {
		p = point{r.step(p.x, boardWidth), r.step(p.y, boardHeight)}
		points = append(points, p)
	}
	return points
}

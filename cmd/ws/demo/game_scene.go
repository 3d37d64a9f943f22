package demo

// What pages see of the world, and the format of it. A scene is an array of things, each in a slot; what goes over the
// wire are the differences between two scenes. The whole scene is the difference to an empty one, so there is one
// encoder here and one decoder in web/game.js. All numbers are varints, u unsigned and i signed (zigzag).
//
//	from pages                                      to pages
//	h token[16] name          wants to play         y id:u                    the page's own ship; 0: there is no room
//	s course:u                steers: 256 drifts,   w tick:u change...        the whole scene
//	                          others are angles     t tick:u change...        what is new since the tick before
//	r stamp                   comes back as it is   r stamp                   so the page sees how long that takes
//
//	change  slot:u which:u, then what the bits of which say:
//	        1 there is nothing any more             2 something new, all else 0: id:u kind:u name-length:u name
//	        4 place x:u y:u, in eighths             8 speed x:i y:i, in 32nds a tick
//	       16 course:u                             32 score:u

import (
	"encoding/binary"
	"math"
)

// The kinds of messages.
const (
	gameHello  = 'h'
	gameSteer  = 's'
	gameReturn = 'r'
	gameYou    = 'y'
	gameWhole  = 'w'
	gameTick   = 't'
)

// The kinds of things.
const (
	aStar = iota
	aShip
	aBot
)

// thing is what is in a slot, as far as pages see it. No id, nothing there.
type thing struct {
	id             uint64
	kind           byte
	name           string
	x, y           int // in eighths of a unit
	speedX, speedY int // in 32nds of a unit
	course, score  int
}

// scene is the ships and behind them the stars.
type scene [maxShips + maxStars]thing

// scene returns what is to be seen.
func (w *world) scene() *scene {
	all := new(scene)
	for i, s := range w.ships {
		if s == nil {
			continue
		}
		kind := byte(aShip)
		if s.bot {
			kind = aBot
		}
		all[i] = thing{
			s.id, kind, s.name, scaled(s.at.x, 8), scaled(s.at.y, 8), scaled(s.speed.x, 32), scaled(s.speed.y, 32), s.course, s.score,
		}
	}
	for i, s := range w.stars {
		if s.id != 0 {
			all[maxShips+i] = thing{id: s.id, kind: aStar, x: scaled(s.at.x, 8), y: scaled(s.at.y, 8)}
		}
	}
	return all
}

func scaled(v, scale float64) int { return int(math.Round(v * scale)) }

// The bits of a change.
const (
	changeGone = 1 << iota
	changeNew
	changePlace
	changeSpeed
	changeCourse
	changeScore
)

// appendScene appends a message of a kind: what leads from one scene to another.
func appendScene(b []byte, kind byte, tick uint64, from, to *scene) []byte {
	b = binary.AppendUvarint(append(b, kind), tick)
	for slot := range to {
		b = appendThing(b, slot, from[slot], to[slot])
	}
	return b
}

func appendThing(b []byte, slot int, from, to thing) []byte {
	if from == to {
		return b
	}
	b = binary.AppendUvarint(b, uint64(slot))
	if to.id == 0 {
		return append(b, changeGone)
	}
	which := len(b)
	b = append(b, 0)
	if from.id != to.id {
		from = thing{}
		b[which] |= changeNew
		b = append(binary.AppendUvarint(b, to.id), to.kind)
		b = append(binary.AppendUvarint(b, uint64(len(to.name))), to.name...)
	}
	if from.x != to.x || from.y != to.y {
		b[which] |= changePlace
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(to.x)), uint64(to.y))
	}
	if from.speedX != to.speedX || from.speedY != to.speedY {
		b[which] |= changeSpeed
		b = binary.AppendVarint(binary.AppendVarint(b, int64(to.speedX)), int64(to.speedY))
	}
	if from.course != to.course {
		b[which] |= changeCourse
		b = binary.AppendUvarint(b, uint64(to.course))
	}
	if from.score != to.score {
		b[which] |= changeScore
		b = binary.AppendUvarint(b, uint64(to.score))
	}
	return b
}

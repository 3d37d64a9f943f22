package chaos

import (
	"math/rand/v2"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// draw draws what a program is made of.
type draw struct {
	*rand.Rand
	p     *Program
	mood  mood
	limit [2]int // bytes of the messages that an end may be sent
	json  bool   // most messages are in JSON
}

// mood is how much goes wrong.
type mood uint8

const (
	calm    mood = iota // everything is sent and arrives
	parting             // ends close while loops go on
	hasty               // contexts end at any moment
	wild                // ends close anywhere, streams break
	moods
)

// patient reports whether contexts last.
func (d *draw) patient() bool { return d.mood <= parting }

// one reports true once in n times.
func (d *draw) one(n int) bool { return d.IntN(n) == 0 }

// pick returns one of the values.
func pick[T any](d *draw, values ...T) T { return values[d.IntN(len(values))] }

// size draws the size of a message to an end.
func (d *draw) size(to int) int {
	n := 0
	switch k := d.IntN(64); {
	case k < 6:
		n = d.IntN(idSize)
	case k < 18:
		n = pick(d, 8, 9, 125, 126, 127, 128, 1000, 4095, 4096, 4097, 16383, 16384, 65535, 65536, 65537)
	case k < 50:
		n = d.IntN(1000)
	case k < 59:
		n = d.IntN(20 << 10)
	case k < 63 || !d.one(3):
		n = d.IntN(200 << 10)
	default:
		n = 1<<20 - 2 + d.IntN(5)
	}
	if d.mood == wild && d.p.Faults.Room == 0 && d.one(60) {
		return n // perhaps too big
	}
	return min(n, d.limit[to])
}

// few draws the sizes of several small messages, or frames.
func (d *draw) few(to int) []int {
	sizes := make([]int, 1+d.IntN(5))
	left := d.limit[to]
	for i := range sizes {
		sizes[i] = min(d.size(to), left, 30<<10)
		left -= sizes[i]
	}
	return sizes
}

// typ draws a type of messages.
func (d *draw) typ() websocket.Type {
	t := pick(d, websocket.Text, websocket.Binary)
	if d.one(5) {
		t |= websocket.Plain
	}
	return t
}

// ctx draws a context. Calm programs wait as long as it takes.
func (d *draw) ctx() Ctx {
	if d.patient() || d.one(2) {
		return Ctx{Kind: pick(d, ctxRun, ctxRun, ctxBackground)}
	}
	if d.one(8) {
		return Ctx{Kind: ctxOver}
	}
	return Ctx{pick(d, ctxTimeout, ctxCancel), d.duration()}
}

// duration draws a short time: on sockets it is real.
func (d *draw) duration() time.Duration {
	if d.p.Transport.inBubble() {
		return pick(d, 0, time.Microsecond, 100*time.Microsecond, time.Millisecond, 30*time.Millisecond, time.Second, 7*time.Second)
	}
	return time.Duration(d.IntN(2000)) * time.Microsecond
}

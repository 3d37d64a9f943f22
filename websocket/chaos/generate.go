package chaos

import (
	"math/rand/v2"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Generate returns the program that the seed stands for.
func Generate(seed uint64) *Program {
	d := begin(seed)
	p := d.p
	for end := range p.Ends {
		p.Ends[end] = d.routines(end)
	}
	p.Finish = Finish{By: d.IntN(2), Now: d.mood == wild && d.one(4), Both: d.one(4)}
	return p
}

// begin draws the connection of a program, without what is done with it.
func begin(seed uint64) *draw {
	p := &Program{Seed: seed}
	d := &draw{Rand: rand.New(rand.NewPCG(seed, 0)), p: p}
	d.mood, d.json = mood(d.IntN(int(moods))), d.one(6)
	p.Transport = pick(d, overPipe, overPipe, overMemory, overMemory, overMemory, overMemory, overNetPipe,
		overBare, overRefused, overTCP, overTCP, overUnix, overTLS)
	d.compression()
	d.faults()
	for end := range p.Options {
		p.Options[end] = d.options()
		d.limit[end] = int(p.Options[end].MaxMessage)
		if d.limit[end] <= 0 {
			d.limit[end] = 1 << 20
		}
		if room := p.Faults.Room; room > 0 {
			d.limit[end] = min(d.limit[end], 300*room) // more would take a minute under the race detector
		}
	}
	p.Trace = d.one(2)
	p.Patience = pick(d, 100*time.Millisecond, 2*time.Second, 12*time.Second, 100*time.Second)
	return d
}

func (d *draw) compression() {
	p := d.p
	if p.Transport == overPipe {
		return
	}
	p.Mode = pick(d, websocket.NoCompression, websocket.NoCompression, websocket.NoContextTakeover, websocket.ContextTakeover)
	if p.Mode != websocket.NoCompression && d.one(2) {
		p.Budget = pick(d, int64(20<<10), 300<<10, 100<<20)
	}
}

func (d *draw) faults() {
	p, f := d.p, &d.p.Faults
	if p.Transport == overPipe {
		return
	}
	f.Cut, f.Zero = d.one(3), d.one(5)
	if p.Transport.inBubble() && p.Transport != overNetPipe {
		f.Latency = pick(d, 0, 0, 10*time.Microsecond, 20*time.Millisecond)
		f.Room = pick(d, 0, 0, 50, 500, 5000)
		if f.Room == 50 {
			f.Latency = 0 // a message would take minutes
		}
	} else {
		f.Stall = d.one(4) && !p.Transport.inBubble()
	}
	if d.mood != wild || d.one(2) {
		return
	}
	f.By = d.IntN(2)
	at := 1 + d.IntN(pick(d, 100, 5000, 100000))
	switch d.IntN(3) {
	case 0:
		f.Reset = at
	case 1:
		f.EOF = at
	case 2:
		if p.Transport.inBubble() && p.Transport != overNetPipe {
			f.Hole = at
		}
	}
}

// options draws those of an end. What is short in a bubble would end the
// connection of a calm program.
func (d *draw) options() websocket.Options {
	o := websocket.Options{
		MaxMessage: pick[int64](d, 0, 0, 0, 5<<20, 4096),
		MaxQueued:  pick(d, 0, 0, 1, 1000, 20000, -1),
	}
	if d.mood == wild {
		o.MaxFragments, o.MaxPings = pick(d, 0, 0, 0, 3), pick(d, 0, 0, 0, 3)
	}
	if !d.p.Transport.inBubble() {
		o.CloseTimeout = 2 * time.Second
		return o
	}
	o.Keepalive = pick(d, 0, 0, -1, time.Second)
	if !d.patient() {
		o.WriteTimeout = pick(d, 0, 0, -1, time.Second)
		o.FrameTimeout = pick(d, 0, 0, -1, time.Second)
		o.CloseTimeout = pick(d, 0, 0, 300*time.Millisecond)
	}
	return o
}

// routines draws the goroutines of an end: at least one that reads.
func (d *draw) routines(end int) []Routine {
	all := []Routine{d.readingRoutine(end)}
	for range d.IntN(4) {
		switch d.IntN(5) {
		case 0:
			all = append(all, d.steps(end, 1+d.IntN(8), 0))
		case 1:
			if d.patient() {
				continue
			}
			all = append(all, d.readingRoutine(end))
		default:
			all = append(all, d.writingRoutine(end))
		}
	}
	return all
}

// readingRoutine reads in some ways, and often goes on to the end.
func (d *draw) readingRoutine(end int) Routine {
	var r Routine
	for range d.IntN(6) {
		if d.mood == parting {
			break
		}
		r = append(r, d.readStep(end, 0))
		if !d.patient() && d.one(6) {
			r = append(r, Step{Op: opPause, D: d.duration()})
		}
	}
	if d.patient() || !d.one(4) {
		last := d.loopStep(end, 0)
		last.N, last.Ctx = 0, Ctx{Kind: pick(d, ctxRun, ctxBackground)}
		r = append(r, last)
	}
	return r
}

func (d *draw) writingRoutine(end int) Routine {
	var r Routine
	for range 1 + d.IntN(12) {
		r = append(r, d.writeStep(end, 0))
		if d.one(8) {
			r = append(r, Step{Op: opPause, D: d.duration()})
		}
	}
	if d.mood == wild && d.one(4) || d.mood == parting && d.one(3) {
		r = append(r, d.closeStep(end))
	}
	return r
}

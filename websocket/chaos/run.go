package chaos

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// Between is put between programs and their Conns by tests of the model. It may
// be nil.
type between func(*websocket.Conn) conn

// Run runs a program and returns the rules that were broken.
func Run(t *testing.T, p *Program) []Violation { return (&runner{t: t}).run(p) }

// runner runs programs.
type runner struct {
	t     *testing.T
	wrap  between
	trail string // what was called by the last program that broke a rule
	// hangAfter is the time after which a call on a socket is taken to hang; 0
	// stands for 20 s.
	hangAfter time.Duration
}

func (r *runner) run(p *Program) []Violation { return r.within(p, r.runHere) }

// within has a program run by f, in a bubble if its transport can, and looks for
// what it leaves behind.
func (r *runner) within(p *Program, f func(*Program) []Violation) []Violation {
	defer watch(p)()
	if p.Transport.inBubble() {
		return inBubble(r.t, func() []Violation { return f(p) })
	}
	before := countResources()
	broken := f(p)
	if len(broken) == 0 {
		broken = before.left()
	}
	return broken
}

// runHere runs the program where time is as it is.
func (r *runner) runHere(p *Program) (broken []Violation) {
	w, err := newWorld(p, r.wrap)
	if err != nil {
		return []Violation{{"connect", err.Error()}}
	}
	defer w.stop()
	defer func() {
		if len(broken) > 0 {
			r.trail = w.log.String()
		}
	}()
	w.hangAfter = cmp.Or(r.hangAfter, 20*time.Second)
	w.watchDone()
	for end, routines := range p.Ends {
		for i, steps := range routines {
			w.start(end, i, steps)
		}
	}
	idle := whenDone(&w.working)
	w.awaitQuiet(idle)
	w.finish(idle)
	if !await(idle, w.waitAtMost()) || !await(whenDone(&w.left), w.waitAtMost()) {
		return w.hanging()
	}
	w.judgeLeft()
	return w.judge()
}

// watchDone remembers when each Conn was done.
func (w *world) watchDone() {
	for end, c := range w.conns {
		w.left.Go(func() {
			<-c.Done()
			w.log.mu.Lock()
			defer w.log.mu.Unlock()
			w.log.done[end] = time.Now()
		})
	}
}

// awaitQuiet waits until the goroutines have ended or are out of patience. On
// sockets they are when nothing has happened for a while. Then the contexts of
// the kind run end.
func (w *world) awaitQuiet(idle <-chan struct{}) {
	if w.p.Transport.inBubble() {
		await(idle, w.p.Patience)
	} else {
		for at := stamp(-1); at != w.log.stamp() && !await(idle, quiet); {
			at = w.log.stamp() + 1
		}
	}
	w.log.mu.Lock()
	w.log.runEnd = time.Now()
	w.log.mu.Unlock()
	w.stop()
}

// quiet is how long nothing happens on sockets until a program is taken to wait
// for what will not come.
const quiet = 15 * time.Millisecond

// await waits for a channel to be closed, but not longer than d, and reports
// whether it is.
func await(done <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

// whenDone returns a channel that is closed when all have ended.
func whenDone(all *sync.WaitGroup) <-chan struct{} {
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	return done
}

// finish reads on both ends, so that everything that was sent arrives, and
// closes the connection as the program says.
func (w *world) finish(idle <-chan struct{}) {
	for end := range w.conns {
		w.left.Go(func() { w.readOn(end) })
	}
	await(idle, quiet)
	f := w.p.Finish
	first := []Step{{Op: opClose, Ctx: Ctx{Kind: ctxBackground}, Code: websocket.CloseNormal, Reason: "the end"}}
	if f.Now {
		first[0].Op = opCloseNow
	}
	ends := []int{f.By}
	if f.Both {
		ends = append(ends, 1-f.By)
	}
	w.closeAll(first, ends)
	w.closeAll([]Step{{Op: opClose, Ctx: Ctx{Kind: ctxBackground}, Code: websocket.CloseGoingAway}}, []int{server, client})
}

// finisher is the number of the goroutines of the finish.
const finisher = 0xf0

// closeAll closes ends at the same time.
func (w *world) closeAll(steps []Step, ends []int) {
	var all sync.WaitGroup
	for _, end := range ends {
		all.Go(func() {
			a := &actor{w: w, end: end, routine: finisher + 1, conn: w.conns[end]}
			defer a.recovered()
			a.do(steps)
		})
	}
	await(whenDone(&all), w.waitAtMost())
}

// readOn reads until the connection ends. Whoever has the right to read keeps it.
func (w *world) readOn(end int) {
	a := &actor{w: w, end: end, routine: finisher, conn: w.conns[end]}
	defer a.checkKept()
	defer a.recovered()
	step := Step{Op: opRead, Ctx: Ctx{Kind: ctxBackground}}
	for !over(w.conns[end].Done()) {
		switch k := a.readOnce(&step); {
		case k&(ends|isOther) != 0:
			return
		case k == isConcurrent:
			<-time.After(5 * time.Millisecond)
		}
	}
}

// waitAtMost is how long the end of a connection may take: virtual time may be
// long, and on a socket nothing takes so long as the watchdog's time.
func (w *world) waitAtMost() time.Duration {
	if w.p.Transport.inBubble() {
		return 10 * time.Minute
	}
	return w.hangAfter
}

// hanging describes the calls that have not returned. The other rules have to
// wait for them.
func (w *world) hanging() []Violation {
	text := "calls that do not return:\n"
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	for _, c := range w.log.calls {
		if c.stop == 0 {
			text += "  " + endNames[c.end] + " " + c.step + "\n"
		}
	}
	for end, at := range w.log.done {
		if at.IsZero() {
			text += "  the " + endNames[end] + " is not done\n"
		}
	}
	return append(slices.Clone(w.log.faults), Violation{"hang", text + stacks()})
}

// stacks returns those of all goroutines.
func stacks() string {
	p := make([]byte, 1<<20)
	return string(p[:runtime.Stack(p, true)])
}

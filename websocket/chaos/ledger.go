package chaos

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// stamp orders what happens: of two things of which one ended before the other
// began, it has the smaller one.
type stamp int64

// ledger is what happened, for the rules. Safe for concurrent use.
type ledger struct {
	mu       sync.Mutex
	now      stamp
	born     time.Time
	sent     map[id]*sent
	brief    [2]map[brief]*tally // anonymous messages, by sender
	got      [2][]*got           // by receiver
	unseen   [2]int              // messages received of which nobody knows which
	calls    []*call
	loops    [2][]*loop
	readers  [2][]*reading
	faults   []Violation
	runEnd   time.Time    // when contexts of the kind run ended
	done     [2]time.Time // when Done was closed
	discards [2]bool
	limits   [2][]int64 // that SetMaxMessage has set
}

// sent is a message that somebody began to send.
type sent struct {
	id         id
	form       form
	size       int
	start, end stamp
	fate       fate
}

// fate is what the sender was told about a message.
type fate uint8

const (
	unknown fate = iota // the connection ended, or the call has not returned
	placed              // it has its place in the order
	refused             // it is not sent
	halved              // its end is not sent
)

// brief stands for messages that are too short for an id.
type brief struct {
	form form
	size int
}

// tally counts them.
type tally struct{ begun, placed, refused, got int }

// got is a message received, perhaps in part.
type got struct {
	m          *sent
	by         string
	start, end stamp
	whole      bool
}

// loop is a run of Messages or BorrowMessages.
type loop struct {
	routine    int
	begun      stamp // before it asked for the first message
	start, end stamp // from when it had one on; start is 0 if it got none
	last       error // the error that it ended with, nil if the program left it
	over       bool
}

// reading is a MessageReader from its beginning to its end.
type reading struct {
	routine int
	m       *sent
	taken   stamp // when Reader returned
	end     stamp
	err     error // other than io.EOF
}

// call is a call of a method of Conn.
type call struct {
	end, routine int
	op           Op
	of           *Step // two of a program may read the same
	step         string
	start, stop  stamp
	began, ended time.Time
	ctx          *scope
	err          error
	allowed      kinds
	bad          bool                // an argument breaks a rule
	code         websocket.CloseCode // of Close
	reason       string
	inLoop       *loop // of the same goroutine
}

// Violation is a rule that was broken.
type Violation struct {
	Rule string // a word
	Text string
}

func newLedger() *ledger {
	return &ledger{
		sent:  make(map[id]*sent),
		brief: [2]map[brief]*tally{make(map[brief]*tally), make(map[brief]*tally)},
		born:  time.Now(),
	}
}

// tick returns the next stamp. l.mu is held.
func (l *ledger) tick() stamp {
	l.now++
	return l.now
}

// stamp returns the next stamp.
func (l *ledger) stamp() stamp {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tick()
}

// violate records that a rule was broken.
func (l *ledger) violate(rule, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = append(l.faults, Violation{rule, fmt.Sprintf(format, args...)})
}

// violatePanic records a panic that is not the program's.
func (l *ledger) violatePanic(value any) {
	l.violate("panic", "%v\n%s", value, debug.Stack())
}

// begin records that a message is about to be sent.
func (l *ledger) begin(i id, f form, size int) *sent {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := &sent{id: i, form: f, size: size, start: l.tick()}
	if size >= idSize {
		l.sent[i] = m
	} else {
		l.tally(m).begun++
	}
	return m
}

// tally returns that of an anonymous message. l.mu is held.
func (l *ledger) tally(m *sent) *tally {
	key := brief{m.form, m.size}
	all := l.brief[m.id.end]
	if all[key] == nil {
		all[key] = new(tally)
	}
	return all[key]
}

// settle records what the sender was told.
func (l *ledger) settle(m *sent, f fate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	m.fate, m.end = f, l.tick()
	if m.size >= idSize {
		return
	}
	switch f {
	case placed:
		l.tally(m).placed++
	case refused, halved:
		l.tally(m).refused++
	}
}

// skip records that a message was received of which nobody knows which.
func (l *ledger) skip(end int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unseen[end]++
}

// call records the beginning of a call.
func (l *ledger) call(c call) *call {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.start, c.began = l.tick(), time.Now()
	l.calls = append(l.calls, &c)
	return &c
}

// returned records the end of a call.
func (l *ledger) returned(c *call, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.stop, c.ended, c.err = l.tick(), time.Now(), err
	c.ctx.note()
}

// enter records the beginning of a loop.
func (l *ledger) enter(end, routine int) *loop {
	l.mu.Lock()
	defer l.mu.Unlock()
	x := &loop{routine: routine, begun: l.tick()}
	l.loops[end] = append(l.loops[end], x)
	return x
}

// claim records that a loop has got a message: from then on it comes back for more.
func (l *ledger) claim(x *loop) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if x.start == 0 {
		x.start = l.tick()
	}
}

// leave records its end.
func (l *ledger) leave(x *loop, last error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	x.end, x.last, x.over = l.tick(), last, true
}

// take records that a MessageReader has begun.
func (l *ledger) take(end, routine int) *reading {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &reading{routine: routine, taken: l.tick()}
	l.readers[end] = append(l.readers[end], r)
	return r
}

// finish records how it ended.
func (l *ledger) finish(r *reading, m *sent, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.m, r.err, r.end = m, err, l.tick()
}

package connect

import (
	"context"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

const (
	// answerTime bounds the wait for an answer that is due: one to each message
	// that was sent.
	answerTime = 5 * time.Second
	// quietTime is how long nothing comes before no more is waited for: servers
	// that send several messages in answer to one send them in one go.
	quietTime = 500 * time.Millisecond
)

// answers tells when no more of them have to be waited for. Safe for concurrent
// use.
type answers struct {
	due, quiet time.Duration // answerTime and quietTime

	mu          sync.Mutex
	sent        int // messages
	came        int // since the first of them was sent
	begun, done int // messages of which the first frame has come, and those shown
	showing     bool
	asked       time.Time       // when the last one was sent, or could have been
	last        time.Time       // when something was sent or came
	from        *websocket.Conn // that the last frame has come over
	bytes       int64           // that had come over it then
	changed     chan struct{}
}

func newAnswers(due, quiet time.Duration) *answers {
	return &answers{due: due, quiet: quiet, changed: make(chan struct{}, 1)}
}

// note changes what is known, by f.
func (a *answers) note(f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f()
	a.last = time.Now()
	select {
	case a.changed <- struct{}{}:
	default:
	}
}

// opened says that there is a connection.
func (a *answers) opened() { a.note(func() { a.asked = time.Now() }) }

// sending says that a message is about to be sent: its answer may come before
// that returns.
func (a *answers) sending() { a.note(func() { a.sent++ }) }

// wasSent says how that went: a message may be refused before it leaves.
func (a *answers) wasSent(refused bool) {
	a.note(func() {
		if a.asked = time.Now(); refused {
			a.sent--
		}
	})
}

// shows says that a message has come and is being shown, which takes its time.
func (a *answers) shows() {
	a.note(func() {
		a.showing = true
		if a.sent > 0 {
			a.came++
		}
	})
}

// shown says that it was.
func (a *answers) shown() { a.note(func() { a.done, a.showing = a.done+1, false }) }

// frame is a hook for the headers of frames received.
func (a *answers) frame(c *websocket.Conn, h websocket.Header) {
	if h.Opcode.IsControl() { // which another task of the server may have sent
		return
	}
	a.note(func() {
		if a.from = c; h.Opcode != protocol.OpContinuation {
			a.begun++
		}
	})
}

// wait returns when enough was waited, or ctx ends. Whoever kept stdin open has
// waited: a server that sends without being asked is not listened to for ever.
func (a *answers) wait(ctx context.Context) {
	if a.settled() {
		return
	}
	for {
		left, known := a.left()
		if known && left <= 0 {
			return
		}
		var over <-chan time.Time // never, while it is not known
		if known {
			over = time.After(left)
		}
		select {
		case <-over:
		case <-a.changed:
		case <-ctx.Done():
			return
		}
	}
}

// settled reports whether all was answered and shown, and the last message sent
// long ago.
func (a *answers) settled() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.came >= a.sent && !a.showing && time.Since(a.asked) > a.due
}

// left returns how long to wait yet if nothing happens, unless something does.
func (a *answers) left() (left time.Duration, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sent == 0 { // there is no question, only what a server says by itself
		return time.Until(a.asked.Add(a.quiet)), true
	}
	arriving := a.begun > a.done
	if arriving { // of a long one bytes come all the time
		if bytes := a.from.Stats().BytesRead; bytes != a.bytes {
			a.bytes, a.last = bytes, time.Now()
		}
	}
	limit := a.quiet
	if arriving || a.came < a.sent {
		limit = a.due
	}
	return time.Until(a.last.Add(limit)), !a.showing
}

// none reports whether messages were sent and nothing has come since.
func (a *answers) none() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.sent > 0 && a.came == 0
}

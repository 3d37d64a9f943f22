package traffic

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
)

// Tally is what has happened so far. It may be read at any time.
type Tally struct {
	Messages atomic.Int64 // that came back, or came as broadcasts, and were what they had to be
	Visits   atomic.Int64 // connections of peers that behave

	faults [kinds]atomic.Int64

	mu    sync.Mutex
	wrong []string
	more  int
}

// Wrong returns what went wrong: the first few of it.
func (t *Tally) Wrong() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.more > 0 {
		return append(t.wrong[:len(t.wrong):len(t.wrong)], fmt.Sprintf("and %d more", t.more))
	}
	return t.wrong[:len(t.wrong):len(t.wrong)]
}

// fail notes that something went wrong.
func (t *Tally) fail(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.wrong) == 20 {
		t.more++
		return
	}
	t.wrong = append(t.wrong, fmt.Sprintf(format, args...))
}

// Faults returns how many of each kind the server has survived: "reset 3, half a frame 2".
func (t *Tally) Faults() string {
	var s []string
	for i := range faults {
		s = append(s, fmt.Sprintf("%s %d", faults[i].name, t.faults[i].Load()))
	}
	return strings.Join(s, ", ")
}

// AllFaults returns how many there were of all kinds, and the least of one kind.
func (t *Tally) AllFaults() (sum, least int64) {
	least = t.faults[0].Load()
	for i := range t.faults {
		n := t.faults[i].Load()
		sum, least = sum+n, min(least, n)
	}
	return sum, least
}

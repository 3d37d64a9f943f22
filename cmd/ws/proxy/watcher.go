package proxy

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/cmd/ws/transcript"
)

// happening is what the watcher is told.
type happening struct {
	transcript.Event
	on     *shown
	remark bool // the proxy's own word, in Note
	gone   bool // nothing more happens there
}

// waiting is how many happenings may wait for the watcher. Each has a chunk of
// bytes at most, or what faults make of one.
const waiting = 256

// watcher tells what happens on all connections, one thing after the other, in
// a goroutine of its own: so that who passes bytes on is held up only if more
// comes than it can tell.
type watcher struct {
	mu    sync.Mutex // keeps the queue in the order of time
	began time.Time
	queue chan happening
	done  chan struct{}

	lines   *bufio.Writer
	record  *transcript.Writer // nil if there is none
	mermaid io.Writer          // nil if there is none
}

func newWatcher(p *Proxy) *watcher {
	w := &watcher{
		queue: make(chan happening, waiting), done: make(chan struct{}),
		lines: bufio.NewWriter(&output{p.Lines, "nothing more is shown", p.OnError}),
	}
	if p.Record != nil {
		w.record = transcript.NewWriter(&output{p.Record, "nothing more is recorded", p.OnError})
	}
	if p.Mermaid != nil {
		w.mermaid = &output{p.Mermaid, "the diagram ends here", p.OnError}
		io.WriteString(w.mermaid, dissect.Mermaid(nil))
	}
	go w.run()
	return w
}

// tell says that something happens. It copies the bytes. From one call to the
// next time does not go backwards.
func (w *watcher) tell(h happening) {
	h.Data = bytes.Clone(h.Data)
	h.Conn = h.on.number
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.began.IsZero() {
		w.began = time.Now()
	}
	h.At = time.Since(w.began)
	w.queue <- h
}

// stop returns when all that it was told is written. Nothing may be told after
// that.
func (w *watcher) stop() {
	close(w.queue)
	<-w.done
}

func (w *watcher) run() {
	defer close(w.done)
	for h := range w.queue {
		w.happened(h)
		if len(w.queue) == 0 {
			w.lines.Flush()
		}
	}
}

// happened tells one thing.
func (w *watcher) happened(h happening) {
	var notes []string
	for _, t := range h.on.tell(h) {
		text := t.text()
		notes = append(notes, text)
		io.WriteString(w.lines, t.line(h, text))
		if w.mermaid != nil {
			io.WriteString(w.mermaid, t.diagram(h))
		}
	}
	if w.record == nil || h.remark || h.gone {
		return
	}
	if h.Kind == transcript.Bytes {
		h.Note = strings.Join(notes, "; ")
	}
	w.record.Write(h.Event)
}

// output is a file that may fail, which is said once.
type output struct {
	w        io.Writer // nil after that
	failed   string    // what it means
	complain func(error)
}

func (o *output) Write(p []byte) (int, error) {
	if o.w != nil {
		if _, err := o.w.Write(p); err != nil {
			o.w = nil
			o.complain(fmt.Errorf("%s: %w", o.failed, err))
		}
	}
	return len(p), nil
}

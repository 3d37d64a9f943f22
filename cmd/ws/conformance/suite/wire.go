package suite

import (
	"slices"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// What is kept of what went over a connection: the beginning and the end.
const (
	mostChunks = 192
	plenty     = 4 << 10 // bytes, from where on a chunk is shortened
	mostEach   = 64      // bytes of such a chunk
)

// wire is the record of a connection. Its methods may be called at the same
// time.
type wire struct {
	mu    sync.Mutex
	began time.Time
	all   []verdict.Chunk
	kept  int // bytes
}

// add adds bytes that a role has sent.
func (w *wire) add(from protocol.Role, p []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(p)
	if w.kept+n > plenty {
		n = min(n, mostEach)
	}
	last := len(w.all) - 1
	if len(w.all) >= mostChunks/2 && w.all[last].From == from && w.all[last].Left == 0 && len(w.all[last].Bytes)+n <= mostEach {
		w.all[last].Bytes = append(w.all[last].Bytes, p[:n]...) // single bytes
	} else {
		w.all = append(w.all, verdict.Chunk{At: time.Since(w.began), From: from, Bytes: slices.Clone(p[:n])})
		last++
	}
	w.all[last].Left += int64(len(p) - n)
	if w.kept += n; len(w.all) > mostChunks {
		w.forget(mostChunks / 2)
	}
}

// forget forgets a chunk. Its bytes count as left out behind the one before it of
// the same role.
func (w *wire) forget(i int) {
	gone := w.all[i]
	w.all = slices.Delete(w.all, i, i+1)
	w.kept -= len(gone.Bytes)
	for i--; i >= 0; i-- {
		if w.all[i].From == gone.From {
			w.all[i].Left += int64(len(gone.Bytes)) + gone.Left
			return
		}
	}
}

// record returns the chunks.
func (w *wire) record() []verdict.Chunk {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all
}

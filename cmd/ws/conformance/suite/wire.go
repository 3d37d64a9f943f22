package suite

import (
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// The most that is kept of what went over a connection.
const (
	mostChunks = 256
	mostKept   = 16 << 10 // bytes
)

// wire is the record of a connection. Its methods may be called at the same
// time.
type wire struct {
	mu    sync.Mutex
	began time.Time
	all   []verdict.Chunk
	kept  int
}

// add adds bytes that a role has sent. What comes after the record is full is
// counted at its last chunk of the same role.
func (w *wire) add(from protocol.Role, p []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := min(len(p), mostKept-w.kept)
	if last := w.last(from); last != nil && (n == 0 || len(w.all) >= mostChunks) {
		last.Left += int64(len(p))
		return
	}
	w.kept += n
	w.all = append(w.all, verdict.Chunk{
		At: time.Since(w.began), From: from, Bytes: append([]byte(nil), p[:n]...), Left: int64(len(p) - n),
	})
}

// last returns the last chunk of a role, nil if there is none.
func (w *wire) last(from protocol.Role) *verdict.Chunk {
	for i := len(w.all) - 1; i >= 0; i-- {
		if w.all[i].From == from {
			return &w.all[i]
		}
	}
	return nil
}

// record returns the chunks.
func (w *wire) record() []verdict.Chunk {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all
}

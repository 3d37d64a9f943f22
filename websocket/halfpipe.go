package websocket

import (
	"io"
	"os"
	"sync"
	"time"
)

// halfPipe is a bounded stream of bytes in memory, in one direction, with
// deadlines at both ends. It holds no memory while it is empty.
type halfPipe struct {
	mu      sync.Mutex
	changed sync.Cond
	data    []byte
	noMore  error // what Read returns once data is used up
	broken  bool  // nobody will read any more
	reading pipeDeadline
	writing pipeDeadline
}

func newHalfPipe() *halfPipe {
	h := new(halfPipe)
	h.changed.L = &h.mu
	return h
}

// Read waits for bytes.
func (h *halfPipe) Read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.broken:
			return 0, io.ErrClosedPipe
		case h.reading.passed():
			return 0, os.ErrDeadlineExceeded
		case len(h.data) > 0:
			n := copy(p, h.data)
			if h.data = h.data[n:]; len(h.data) == 0 {
				h.data = nil
			}
			h.changed.Broadcast()
			return n, nil
		case h.noMore != nil:
			return 0, h.noMore
		}
		h.changed.Wait()
	}
}

// Write waits for room until all of p is written.
func (h *halfPipe) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = h.write(p[n:])
		if n += m; n < len(p) && err == nil {
			err = h.waitForRoom()
		}
	}
	return n, err
}

// write writes what there is room for now.
func (h *halfPipe) write(p []byte) (n int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken || h.noMore != nil {
		return 0, io.ErrClosedPipe
	}
	if n = min(bigBuffer-len(h.data), len(p)); n > 0 {
		h.data = append(h.data, p[:n]...)
		h.changed.Broadcast()
	}
	return n, nil
}

// waitForRoom waits until there is room to write, or none will ever be.
func (h *halfPipe) waitForRoom() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.broken || h.noMore != nil:
			return io.ErrClosedPipe
		case h.writing.passed():
			return os.ErrDeadlineExceeded
		case len(h.data) < bigBuffer:
			return nil
		}
		h.changed.Wait()
	}
}

// closeWrite lets Read return err after what has been written.
func (h *halfPipe) closeWrite(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.noMore == nil {
		h.noMore = err
	}
	h.changed.Broadcast()
}

// closeRead ends both ends at once.
func (h *halfPipe) closeRead() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.broken, h.data = true, nil
	h.changed.Broadcast()
}

// pipeDeadline is the deadline of one end.
type pipeDeadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *pipeDeadline) passed() bool {
	return !d.at.IsZero() && !time.Now().Before(d.at)
}

// set sets the deadline, no deadline if at is zero, and wakes who waits.
func (d *pipeDeadline) set(h *halfPipe, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.at = at
	if wait := time.Until(at); !at.IsZero() && wait > 0 {
		d.timer = time.AfterFunc(wait, h.wake)
	}
	h.changed.Broadcast()
}

func (h *halfPipe) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changed.Broadcast()
}

package chaos

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// memory is one end of a stream in memory, a net.Conn with CloseWrite. It works
// in bubbles.
type memory struct{ in, out *half }

// newMemory returns both ends. Each direction has room for so many bytes, which
// take the latency to arrive. After hole bytes nothing arrives any more.
func newMemory(room int, latency time.Duration, hole int) (a, b *memory) {
	x, y := newHalf(room, latency, hole), newHalf(room, latency, hole)
	return &memory{x, y}, &memory{y, x}
}

func (m *memory) Read(p []byte) (int, error)  { return m.in.read(p) }
func (m *memory) Write(p []byte) (int, error) { return m.out.write(p) }

func (m *memory) Close() error {
	m.in.set(func() { m.in.readerGone = true })
	return m.CloseWrite()
}

func (m *memory) CloseWrite() error {
	m.out.set(func() { m.out.writerGone = true })
	return nil
}

func (m *memory) SetReadDeadline(at time.Time) error {
	m.in.set(func() { m.in.wakeAt(&m.in.readBy, at) })
	return nil
}

func (m *memory) SetWriteDeadline(at time.Time) error {
	m.out.set(func() { m.out.wakeAt(&m.out.writeBy, at) })
	return nil
}

func (m *memory) SetDeadline(at time.Time) error {
	m.SetReadDeadline(at)
	return m.SetWriteDeadline(at)
}

func (m *memory) LocalAddr() net.Addr  { return memoryAddr{} }
func (m *memory) RemoteAddr() net.Addr { return memoryAddr{} }

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "memory" }

// half is one direction.
type half struct {
	room    int
	latency time.Duration
	hole    int // bytes until nothing arrives any more, negative for never

	mu         sync.Mutex
	changed    sync.Cond
	flying     []segment
	waiting    int // bytes in flying
	readerGone bool
	writerGone bool
	readBy     alarm
	writeBy    alarm
	arrival    alarm         // of the first segment
	taken, put time.Time     // when bytes were last read, and written
	stuck      time.Duration // the longest wait for room
}

// segment is bytes on their way.
type segment struct {
	p  []byte
	at time.Time
}

// alarm is a time at which those who wait look again.
type alarm struct {
	at    time.Time
	timer *time.Timer
}

func (a *alarm) passed() bool { return !a.at.IsZero() && !time.Now().Before(a.at) }

func newHalf(room int, latency time.Duration, hole int) *half {
	h := &half{room: room, latency: latency, hole: hole}
	h.changed.L = &h.mu
	return h
}

// set changes the half and has all that wait look again.
func (h *half) set(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
	h.changed.Broadcast()
}

// wakeAt sets an alarm. h.mu is held.
func (h *half) wakeAt(a *alarm, at time.Time) {
	if a.timer != nil {
		a.timer.Stop()
	}
	*a = alarm{at: at}
	if !at.IsZero() && time.Until(at) > 0 {
		a.timer = time.AfterFunc(time.Until(at), func() { h.set(func() {}) })
	}
}

func (h *half) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.readerGone:
			return 0, net.ErrClosed
		case h.readBy.passed():
			return 0, os.ErrDeadlineExceeded
		case h.arrived():
			return h.take(p), nil
		case h.waiting == 0 && h.writerGone && h.hole != 0:
			return 0, io.EOF
		}
		h.changed.Wait()
	}
}

// arrived reports whether there is something to read.
func (h *half) arrived() bool {
	if len(h.flying) == 0 || h.hole == 0 {
		return false
	}
	first := h.flying[0].at
	if time.Until(first) <= 0 {
		return true
	}
	if h.arrival.at != first {
		h.wakeAt(&h.arrival, first)
	}
	return false
}

// take reads from the first segment.
func (h *half) take(p []byte) int {
	first := &h.flying[0]
	n := copy(p, first.p)
	if h.hole > 0 {
		n = min(n, h.hole)
		h.hole -= n
	}
	h.waiting -= n
	h.taken = time.Now()
	if first.p = first.p[n:]; len(first.p) == 0 {
		h.flying = h.flying[1:]
	}
	h.changed.Broadcast()
	return n
}

func (h *half) write(p []byte) (n int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	began := time.Now()
	for len(p) > 0 {
		switch room := h.room - h.waiting; {
		case h.writerGone:
			return n, net.ErrClosed
		case h.readerGone:
			return n, syscall.EPIPE
		case h.writeBy.passed():
			return n, os.ErrDeadlineExceeded
		case room <= 0:
			h.awaitRoom(began)
		default:
			m := min(room, len(p))
			h.flying = append(h.flying, segment{append([]byte(nil), p[:m]...), time.Now().Add(h.latency)})
			h.waiting += m
			h.put = time.Now()
			p, n = p[m:], n+m
			h.changed.Broadcast()
		}
	}
	return n, nil
}

// awaitRoom waits for a change, and notes how long nothing could be written since
// the write began.
func (h *half) awaitRoom(began time.Time) {
	since := latest(began, h.put, h.taken)
	h.changed.Wait()
	h.stuck = max(h.stuck, time.Since(since))
}

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

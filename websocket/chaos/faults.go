package chaos

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Faults is what goes wrong on a stream. The zero value is for nothing.
type Faults struct {
	Cut     bool          // reads and writes are cut anywhere
	Zero    bool          // reads return 0, nil now and then
	Stall   bool          // reads and writes are late now and then, on sockets
	Latency time.Duration // in memory
	Room    int           // of each direction in memory, 0 for plenty
	Hole    int           // bytes after which nothing arrives in memory, 0 for never
	// By is the end whose stream is reset, or ends, after At bytes read; 0 for
	// never.
	By    int
	Reset int
	EOF   int
}

// String returns the faults there are.
func (f Faults) String() string {
	var b strings.Builder
	say := func(is bool, format string, args ...any) {
		if is {
			fmt.Fprintf(&b, ", "+format, args...)
		}
	}
	say(f.Cut, "cut")
	say(f.Zero, "0 nil")
	say(f.Stall, "stalls")
	say(f.Latency > 0, "latency %v", f.Latency)
	say(f.Room > 0, "room %d", f.Room)
	say(f.Hole > 0, "hole after %d", f.Hole)
	say(f.Reset > 0, "reset of the %s at %d", endNames[f.By], f.Reset)
	say(f.EOF > 0, "half-close to the %s at %d", endNames[f.By], f.EOF)
	return b.String()
}

// loses reports whether the connection may be lost without either end's doing.
func (f Faults) loses() bool { return f.Hole > 0 || f.Reset > 0 || f.EOF > 0 }

// stream is what the wrappers work on: net.Conn of some kind, with CloseWrite.
type stream interface {
	io.ReadWriteCloser
	CloseWrite() error
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// faulty is a stream on which things go wrong.
type faulty struct {
	stream
	f     Faults
	end   int
	mu    sync.Mutex
	r     *rand.Rand
	read  atomic.Int64
	reset atomic.Bool
}

// wrap returns s with the faults that the wrapper is for, or s itself.
func wrap(s stream, f Faults, end int, seed uint64) stream {
	if !f.Cut && !f.Zero && !f.Stall && !(f.By == end && (f.Reset > 0 || f.EOF > 0)) {
		return s
	}
	return &faulty{stream: s, f: f, end: end, r: rand.New(rand.NewPCG(seed, uint64(end)))}
}

func (s *faulty) intn(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.IntN(n)
}

// cut returns how many of n bytes pass at once: often few.
func (s *faulty) cut(n int) int {
	if !s.f.Cut || n < 2 {
		return n
	}
	if s.intn(4) == 0 {
		return min(n, 1+s.intn(8))
	}
	return 1 + s.intn(n)
}

// stall is late now and then.
func (s *faulty) stall() {
	if s.f.Stall && s.intn(16) == 0 {
		<-time.After(time.Duration(s.intn(1500)) * time.Microsecond)
	}
}

func (s *faulty) Read(p []byte) (int, error) {
	if s.f.Zero && s.intn(6) == 0 {
		return 0, nil
	}
	s.stall()
	left, err := s.limit()
	if err != nil {
		return 0, err
	}
	n, err := s.stream.Read(p[:min(s.cut(len(p)), left)])
	s.read.Add(int64(n))
	return n, err
}

// limit returns how many bytes may still be read, and the error after the last.
func (s *faulty) limit() (left int, err error) {
	const unlimited = math.MaxInt
	read := int(s.read.Load())
	switch {
	case s.f.By != s.end:
		return unlimited, nil
	case s.f.Reset > 0 && read >= s.f.Reset:
		s.reset.Store(true)
		s.stream.Close()
		return 0, syscall.ECONNRESET
	case s.f.Reset > 0:
		return s.f.Reset - read, nil
	case s.f.EOF > 0 && read >= s.f.EOF:
		return 0, io.EOF
	case s.f.EOF > 0:
		return s.f.EOF - read, nil
	}
	return unlimited, nil
}

func (s *faulty) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		if s.reset.Load() {
			return n, syscall.ECONNRESET
		}
		s.stall()
		var m int
		m, err = s.stream.Write(p[n : n+s.cut(len(p)-n)])
		n += m
	}
	return n, err
}

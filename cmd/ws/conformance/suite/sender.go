package suite

import (
	"iter"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// sender writes to a connection, one job after the other, while the player
// reads. So neither waits for the other.
type sender struct {
	conn net.Conn
	wire *wire
	role protocol.Role // the runner's

	jobs    chan job
	stop    chan struct{} // closed when only replies are to be sent
	stopped sync.Once
	ended   chan struct{}
	cut     atomic.Bool // a frame has been cut short: nothing fits behind it
	pausing atomic.Bool
	moved   atomic.Int64 // the time of the last write that was done and no reply, in nanoseconds
}

// job is bytes to be written after a pause.
type job struct {
	pause  time.Duration
	chunks iter.Seq[[]byte]
	reply  bool // to the peer: it is sent after halt too
}

// mostJobs is how many jobs may wait. Pongs to a peer that asks faster than it
// reads take half of it; nothing else comes near the other half, so send never
// blocks.
const mostJobs = 128

func newSender(conn net.Conn, w *wire, role protocol.Role) *sender {
	s := &sender{
		conn: conn, wire: w, role: role,
		jobs: make(chan job, mostJobs), stop: make(chan struct{}), ended: make(chan struct{}),
	}
	s.moved.Store(time.Now().UnixNano())
	go s.run()
	return s
}

// run does the jobs until there are none to come. After a write that failed or a
// job that was cut short it only takes them.
func (s *sender) run() {
	defer close(s.ended)
	for j := range s.jobs {
		if !s.cut.Load() && (j.reply || !s.stopping() && s.wait(j.pause)) {
			s.write(j)
		}
	}
}

// wait waits for a pause, and reports whether it may go on.
func (s *sender) wait(d time.Duration) bool {
	if d == 0 {
		return true
	}
	s.pausing.Store(true)
	defer s.pausing.Store(false)
	defer func() { s.moved.Store(time.Now().UnixNano()) }()
	select {
	case <-s.stop:
		return false
	case <-time.After(d):
		return true
	}
}

func (s *sender) write(j job) {
	for p := range j.chunks {
		if !j.reply && s.stopping() {
			s.cut.Store(true)
			return
		}
		n, err := s.conn.Write(p)
		if n > 0 {
			s.wire.add(s.role, p[:n])
		}
		if !j.reply {
			s.moved.Store(time.Now().UnixNano())
		}
		if err != nil {
			s.cut.Store(true)
			return
		}
	}
}

func (s *sender) stopping() bool {
	select {
	case <-s.stop:
		return true
	default:
		return false
	}
}

// send queues a job.
func (s *sender) send(j job) {
	s.jobs <- j
}

// full reports whether no more answers are to be queued.
func (s *sender) full() bool { return len(s.jobs) > mostJobs/2 }

// halt has the job under way end before its next write, and drops those that are
// no replies.
func (s *sender) halt() { s.stopped.Do(func() { close(s.stop) }) }

// end waits for the sender. The connection has been closed.
func (s *sender) end() {
	s.halt()
	close(s.jobs)
	<-s.ended
}

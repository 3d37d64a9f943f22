package chaos

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// CheckTunnel uses both ends of a connection as a net.Conn, as the seed says,
// and returns "" or a report: bytes arrive once and in order, all that Write
// took arrive before io.EOF, whatever deadlines are set meanwhile.
func CheckTunnel(t *testing.T, seed uint64) string {
	d := begin(seed)
	r := &runner{t: t}
	broken := r.within(d.p, func(*Program) []Violation { return r.tunnel(d) })
	if len(broken) == 0 {
		return ""
	}
	text := fmt.Sprintf("tunnel of seed %d: %v", seed, d.p)
	for _, v := range broken[:min(len(broken), 5)] {
		text += fmt.Sprintf("  %s: %s\n", v.Rule, clip(v.Text, 6000))
	}
	return text + fmt.Sprintf("again: go test ./websocket/chaos -run TestTunnels -v -seeds %d\n", seed)
}

// tunnel is an end of a connection as a net.Conn.
type tunnel struct {
	net.Conn
	w    *world
	ctx  context.Context
	end  int
	mu   sync.Mutex
	sent int   // bytes that Write said it has taken
	lost int   // bytes of a Write that has failed: they may arrive or not
	got  int   // bytes received
	last error // of Read
	shut bool  // Close was called
}

// tunnel runs both ends and closes one after what it had to send.
func (r *runner) tunnel(d *draw) []Violation {
	w, err := newWorld(d.p, nil)
	if err != nil {
		return []Violation{{"connect", err.Error()}}
	}
	defer w.stop()
	w.hangAfter = cmp.Or(r.hangAfter, 20*time.Second)
	w.watchDone()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	typ := pick(d, websocket.Text, websocket.Binary)
	var ends [2]*tunnel
	for end, c := range w.conns {
		t := &tunnel{Conn: c.NetConn(ctx, typ), w: w, ctx: ctx, end: end}
		ends[end] = t
		w.left.Go(func() { t.read(d.fork(3 * end)) })
		w.working.Go(func() { t.write(d.fork(3*end + 1)) })
		w.working.Go(func() { t.hurry(d.fork(3*end + 2)) })
	}
	idle := whenDone(&w.working)
	w.awaitQuiet(idle)
	for _, end := range []int{d.IntN(2), server, client} {
		ends[end].close()
	}
	cancel()
	if !await(idle, w.waitAtMost()) || !await(whenDone(&w.left), w.waitAtMost()) {
		return w.hanging()
	}
	ends[server].judge(ends[client])
	ends[client].judge(ends[server])
	w.judgeLeft()
	return w.log.faults
}

// fork returns a draw for a goroutine of its own.
func (d *draw) fork(n int) *draw {
	f := *d
	f.Rand = rand.New(rand.NewPCG(d.p.Seed, uint64(n)+1))
	return &f
}

// message is the size of the messages that a longer Write is sent as.
const message = 64 << 10

// enough bytes for an end to send: some readers take few at a time.
const enough = 100_000

// write writes messages, and goes on after each deadline.
func (t *tunnel) write(d *draw) {
	var p []byte
	for range d.IntN(40) {
		if t.sent > enough {
			return
		}
		p = t.appendBytes(p[:0], d.size(1-t.end))
		n, err := t.Conn.Write(p)
		late := err == os.ErrDeadlineExceeded
		if n != len(p) && (n%message != 0 || err == nil) {
			t.w.log.violate("count", "Write of %d bytes returned %d, %v", len(p), n, err)
		}
		if late {
			t.SetWriteDeadline(time.Time{})
		}
		t.mu.Lock()
		t.sent += n
		if err != nil && !late {
			t.lost = len(p) - n
		}
		t.mu.Unlock()
		if err != nil && !late {
			t.judgeError("Write", err)
			return
		}
		t.w.log.stamp() // which tells that something goes on
	}
}

// read reads to the end, and goes on after each deadline.
func (t *tunnel) read(d *draw) {
	p := make([]byte, pick(d, 10, 100, 5000, 100000))
	for {
		n, err := t.Conn.Read(p[:d.IntN(len(p)+1)])
		for i, b := range p[:n] {
			if want := byteAt(t.got+i, 1-t.end); b != want {
				t.w.log.violate("foreign", "byte %d to the %s is %#x, not %#x", t.got+i, endNames[t.end], b, want)
				n, err = 0, io.ErrNoProgress
				break
			}
		}
		t.got += n
		switch {
		case err == os.ErrDeadlineExceeded:
			t.SetReadDeadline(time.Time{})
		case err != nil:
			t.last = err
			if err != io.EOF {
				t.judgeError("Read", err)
			}
			return
		}
		t.w.log.stamp()
	}
}

// hurry sets deadlines at any moment.
func (t *tunnel) hurry(d *draw) {
	if d.patient() {
		return
	}
	a := &actor{w: t.w}
	for range d.IntN(20) {
		a.pause(d.duration())
		at := time.Now().Add(d.duration() * pick[time.Duration](d, -1, 1, 1))
		if d.one(4) {
			at = time.Time{}
		}
		pick(d, t.SetDeadline, t.SetReadDeadline, t.SetWriteDeadline)(at)
	}
}

func (t *tunnel) close() {
	t.mu.Lock()
	t.shut = true
	t.mu.Unlock()
	t.Close()
}

// judgeError: what ends a tunnel is the connection's end, its context, or, with
// net.ErrClosed itself, its own Close.
func (t *tunnel) judgeError(call string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch k := kindOf(err); {
	case err == net.ErrClosed && t.shut:
	case errors.Is(err, net.ErrClosed):
		t.w.log.violate("error", "%s of the %s: %v, Close was called: %v", call, endNames[t.end], err, t.shut)
	case k&(ends|isState) == 0 && t.ctx.Err() == nil:
		t.w.log.violate("error", "%s of the %s: %T %v", call, endNames[t.end], err, err)
	}
}

// judge: what a peer sent has arrived, all of it if the end was clean.
func (t *tunnel) judge(peer *tunnel) {
	most := peer.sent + peer.lost
	if t.got > most || t.last == io.EOF && t.got < peer.sent {
		t.w.log.violate("lost", "the %s got %d bytes, then %v; %d to %d were sent", endNames[t.end], t.got, t.last, peer.sent, most)
	}
}

// appendBytes appends the next bytes that the end sends.
func (t *tunnel) appendBytes(p []byte, n int) []byte {
	for i := range n {
		p = append(p, byteAt(t.sent+i, t.end))
	}
	return p
}

// byteAt returns the byte at an offset of what an end sends, which is ASCII.
func byteAt(i, end int) byte { return byte(i^i>>7^i>>14^end<<5) & 0x7f }

package load

import (
	"bytes"
	"runtime"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// Echo describes a load.
type Echo struct {
	Conns    int
	InFlight int // messages that a connection sends at once
	Type     protocol.Opcode
	Size     int // bytes of a message

	Warmup, Duration time.Duration
}

// Result is what a load came to.
type Result struct {
	Messages int           // or opening handshakes
	CPU      time.Duration // of the server's process
}

// PerMessage returns the CPU time of one in nanoseconds.
func (r Result) PerMessage() float64 { return float64(r.CPU) / float64(r.Messages) }

// onClientCPU keeps the caller where no server is until release is called.
func onClientCPU() (release func()) {
	runtime.LockOSThread()
	unpin := pin(clientCPU)
	return func() { unpin(); runtime.UnlockOSThread() }
}

// Run loads the server of process pid. Each connection has a batch of messages
// in flight, and the next one when all answers are there.
func (e Echo) Run(addr string, pid int) (Result, error) {
	defer onClientCPU()()

	f, err := e.fleet(addr)
	if err != nil {
		return Result{}, err
	}
	defer f.close()
	batches, cpu, err := f.measure(pid, e.Warmup, e.Duration)
	if err != nil {
		return Result{}, err
	}
	return Result{batches * e.InFlight, cpu}, f.finish(newMessage(e.Type, e.Size, 1))
}

// fleet connects and sends everyone's first batch.
func (e Echo) fleet(addr string) (*fleet, error) {
	m := newMessage(e.Type, e.Size, 0)
	batch, answers := bytes.Repeat(m.frame, e.InFlight), bytes.Repeat(m.answer, e.InFlight)
	conns, err := dialAll(addr, e.Conns, batch, answers)
	defer closeAll(conns)
	if err != nil {
		return nil, err
	}
	f := &fleet{batches: [][]byte{batch}, due: len(answers), take: discardAnswers}
	return f, f.launch(conns, 1)
}

// discardAnswers counts bytes.
func discardAnswers(c *conn) (int, error) { return discard(c.fd, c.missing) }

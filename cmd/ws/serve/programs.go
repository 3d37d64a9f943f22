package serve

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

const (
	// stopTime is how long a command may take to end after the end of its stdin,
	// and again after SIGTERM. Both are within drainTime.
	stopTime = time.Second
	// outputTime is how long the output of a command that has ended may stay open
	// without a word, in another process that it has started.
	outputTime = time.Second
	// pulse is how often a peer that is not read is looked after.
	pulse = 20 * time.Second
)

// programs are the runs of the command of -exec, one for each connection.
type programs struct {
	line   string
	stderr io.Writer
	pulse  time.Duration
	ctx    context.Context // ends when all are to be killed
	kill   context.CancelFunc

	mu      sync.Mutex // held to begin one, and to end all
	running sync.WaitGroup
}

func newPrograms(line string, stderr io.Writer) *programs {
	p := &programs{line: line, stderr: stderr, pulse: pulse}
	p.ctx, p.kill = context.WithCancel(context.Background())
	return p
}

// end kills those that are left. There are none after it.
func (p *programs) end() {
	p.mu.Lock()
	p.kill()
	p.mu.Unlock()
	p.running.Wait()
}

// serve runs the command for c until either ends. An error that is not that of the
// connection says how the command has failed, or what it cannot take.
func (p *programs) serve(ctx context.Context, c *websocket.Conn) error {
	p.mu.Lock()
	if p.ctx.Err() != nil {
		p.mu.Unlock()
		return server.ErrServerClosed
	}
	p.running.Add(1)
	p.mu.Unlock()
	defer p.running.Done()
	run, err := p.start(server.Request(ctx), c)
	if err == nil {
		err = run.talk(ctx)
	}
	switch {
	case err == nil:
		return nil
	case p.ctx.Err() != nil:
		return server.ErrServerClosed
	}
	return fmt.Errorf("-exec: %w", err)
}

package script

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/websocket"
)

const (
	// scriptLimit bounds each step of a script that has no timeout.
	scriptLimit = 10 * time.Second
	// unexpected is how many messages may wait for the script to expect them.
	unexpected = 64
)

// player plays a script: it sends, and compares what comes.
type player struct {
	conn     *websocket.Conn
	env      command.Environment
	limit    time.Duration // of a step
	received chan websocket.Message
	end      error // how the connection ended, once received is closed
}

// Play plays a script over c until it is over, does not hold, or a signal comes.
func Play(c *websocket.Conn, steps []Step, env command.Environment) error {
	defer c.CloseNow()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p := &player{conn: c, env: env, limit: scriptLimit, received: make(chan websocket.Message, unexpected)}
	go p.receive(ctx)
	done := make(chan error, 1)
	go func() { done <- p.steps(ctx, steps) }()
	select {
	case err := <-done:
		return err
	case s := <-env.Signals:
		cancel()
		c.CloseNow()
		<-done
		return command.Interrupted(s)
	}
}

// steps takes one step after the other, and closes the connection at the end.
func (p *player) steps(ctx context.Context, steps []Step) error {
	defer p.conn.Close(ctx, websocket.CloseNormal, "") // unless it is closed
	for _, s := range steps {
		limited, cancel := context.WithTimeout(ctx, p.limit)
		err := s.do(limited, p)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("not done within %v", p.limit)
		}
		if err != nil {
			return fmt.Errorf("line %d: %s", s.line, p.env.Line(err))
		}
	}
	return nil
}

// receive takes messages until the connection or ctx ends.
func (p *player) receive(ctx context.Context) {
	defer close(p.received)
	for m, err := range p.conn.Messages(ctx) {
		if p.end = err; err != nil {
			return
		}
		select {
		case p.received <- m:
		case <-ctx.Done():
			return
		}
	}
}

// next returns the next message. Without one the text says what came instead.
func (p *player) next(ctx context.Context) (m websocket.Message, instead string) {
	select {
	case m, ok := <-p.received:
		if !ok {
			return m, "the end: " + p.env.Line(p.end)
		}
		return m, ""
	case <-ctx.Done():
		return m, fmt.Sprintf("nothing within %v", p.limit)
	}
}

// expect compares the next message.
func (p *player) expect(ctx context.Context, want expectation) error {
	m, instead := p.next(ctx)
	switch {
	case instead != "":
		return fmt.Errorf("expected %s, got %s", want.text, instead)
	case !want.matches(m):
		return fmt.Errorf("expected %s, got %s", want.text, show(m))
	}
	return nil
}

// expectClose waits for the connection to be closed, by either side.
func (p *player) expectClose(ctx context.Context, code websocket.CloseCode) error {
	m, instead := p.next(ctx)
	var end *websocket.CloseError
	switch {
	case instead == "":
		instead = show(m)
	case ctx.Err() == nil && errors.As(p.end, &end) && end.Code == code:
		return nil
	}
	return fmt.Errorf("expected close %d, got %s", code, instead)
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

const (
	// answerTime bounds the wait for the last answers after the end of stdin.
	answerTime = 3 * time.Second
	// closeTime bounds the closing handshake.
	closeTime = 3 * time.Second
)

// session is a connection that ws connect talks over. Its fields belong to the
// goroutine of run, but for what is never changed.
type session struct {
	*protocol.Conn
	screen  *console
	typ     protocol.Type // of what is sent
	every   time.Duration // between Pings, 0 for none
	helpers sync.WaitGroup
	leaving bool      // the closing handshake was begun here
	signal  os.Signal // for which the user wants an end, nil if there was none
	failed  error     // what has gone wrong on the sending side
}

func newSession(c *protocol.Conn, screen *console, o *connectOptions) *session {
	s := &session{Conn: c, screen: screen, typ: protocol.Text, every: o.ping}
	if o.binary {
		s.typ = protocol.Binary
	}
	return s
}

// run talks until the connection has ended. The error says how, nil if there
// is nothing to complain about.
func (s *session) run(env environment) error {
	defer s.helpers.Wait()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if s.every > 0 {
		s.helpers.Go(func() { s.pingAll(ctx) })
	}
	received, sent := make(chan error, 1), make(chan error, 1)
	go func() { received <- s.receive() }()
	// Nobody waits for this one: nothing interrupts the reading of a terminal.
	go func() { sent <- s.send(ctx, env.stdin) }()
	for {
		select {
		case err := <-received:
			return s.ended(err, env.signals)
		case err := <-sent:
			s.hangUp(err)
		case signal := <-env.signals:
			s.interrupt(signal)
		}
	}
}

// receive prints messages until the connection ends, or stdout does.
func (s *session) receive() error {
	ctx := context.Background()
	for m, err := range s.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := s.screen.message(m); err != nil {
			s.Close(ctx, protocol.CloseGoingAway, "")
			return &exit{exitFailed, err}
		}
	}
	return nil
}

// send sends a message for each line until stdin or the connection ends. The
// error says what of stdin was not sent, and matches protocol.ErrClosed if the
// connection has ended.
func (s *session) send(ctx context.Context, stdin io.Reader) (failed error) {
	lines := bufio.NewReaderSize(stdin, 64<<10)
	for number := 1; ; number++ {
		text, end := lines.ReadBytes('\n')
		if end == nil || len(text) > 0 {
			err := s.sendLine(ctx, text, lineWaits(lines))
			var refused *protocol.SendError
			switch {
			case errors.As(err, &refused):
				s.screen.note("line %d not sent: %s", number, refused.Text)
				failed = &exit{status: exitFailed}
			case err != nil:
				return err
			}
		}
		switch {
		case end == io.EOF:
			return failed
		case end != nil:
			return end
		}
	}
}

// sendLine sends a line. If another one waits already it may leave with that:
// what was pasted leaves together, what is typed leaves at once.
func (s *session) sendLine(ctx context.Context, text []byte, another bool) error {
	text = bytes.TrimSuffix(text, []byte("\n"))
	if s.typ == protocol.Text { // whereas any byte of binary data may mean something
		text = bytes.TrimSuffix(text, []byte("\r"))
	}
	batch := s.Batch()
	err := batch.Write(ctx, s.typ, text)
	if another {
		return err
	}
	defer s.screen.prompt()
	return errors.Join(err, batch.Flush(ctx))
}

// lineWaits reports whether a whole line can be read without waiting.
func lineWaits(lines *bufio.Reader) bool {
	waiting, _ := lines.Peek(lines.Buffered())
	return bytes.IndexByte(waiting, '\n') >= 0
}

// hangUp closes the connection after the end of stdin. The Pong to a Ping tells
// that the peer has read everything, so its answers are there first if it gives
// them in order.
func (s *session) hangUp(failed error) {
	if s.leaving || errors.Is(failed, protocol.ErrClosed) {
		return
	}
	s.leaving, s.failed = true, failed
	s.helpers.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), answerTime)
		defer cancel()
		s.Ping(ctx)
		s.Close(context.Background(), protocol.CloseNormal, "")
	})
}

// interrupt closes the connection on a signal, at once if that is going on
// already.
func (s *session) interrupt(signal os.Signal) {
	s.signal = signal
	if s.leaving {
		s.CloseNow()
		return
	}
	s.leaving = true
	s.helpers.Go(func() { s.Close(context.Background(), protocol.CloseGoingAway, "") })
}

// ended waits for TCP to be closed and judges how the connection has ended.
func (s *session) ended(err error, signals <-chan os.Signal) error {
	select {
	case <-s.Done():
	case s.signal = <-signals:
		s.CloseNow()
	}
	if s.signal != nil {
		return interrupted(s.signal)
	}
	var peer *protocol.CloseError
	if !errors.As(err, &peer) {
		return plainly(err)
	}
	switch peer.Code {
	case protocol.CloseNormal, protocol.CloseGoingAway, protocol.CloseNoStatus:
		if !s.leaving {
			s.screen.note("%s", line(err))
		}
		return s.failed
	case protocol.CloseAbnormal:
		return err
	}
	return &exit{exitClosed, err}
}

// plainly leaves out of err what helps only programmers: the name of an option.
func plainly(err error) error {
	var late *protocol.TimeoutError
	var broken *protocol.ProtocolError
	switch {
	case errors.As(err, &late):
		return fmt.Errorf("%s within %v", late.Text, late.After)
	case errors.As(err, &broken):
		return fmt.Errorf("%s [%s], connection closed with %v", broken.Text, broken.Rule, broken.Code)
	}
	return err
}

// pingAll measures round trips until the connection or ctx ends.
func (s *session) pingAll(ctx context.Context) {
	next := time.NewTicker(s.every)
	defer next.Stop()
	for {
		limited, cancel := context.WithTimeout(ctx, s.every)
		rtt, err := s.Ping(limited)
		cancel()
		switch {
		case err == nil:
			s.screen.note("ping: %v", rtt.Round(time.Microsecond))
		case errors.Is(err, context.DeadlineExceeded):
			s.screen.note("ping: no answer within %v", s.every)
		default:
			return
		}
		select {
		case <-next.C:
		case <-ctx.Done():
			return
		}
	}
}

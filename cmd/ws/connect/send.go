package connect

import (
	"context"
	"errors"
	"io"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/websocket"
)

// waiting is how many messages may wait for the connection to take them. They
// are read ahead, so that one can type on while it does not.
const waiting = 32

// outgoing is a message of stdin.
type outgoing struct {
	number int // it is counted from 1
	data   []byte
}

// send sends the messages of stdin until there are no more or the connection
// ends. The error says what of stdin was not sent, and matches
// websocket.ErrClosed if the connection has ended.
func (s *session) send(ctx context.Context) (failed error) {
	messages, ended := make(chan outgoing, waiting), make(chan error, 1)
	// Nobody waits for this one: nothing interrupts the reading of a terminal.
	go s.screen.careful(func() { ended <- s.readAll(ctx, messages) })
	for m := range messages {
		err := s.sendOne(ctx, m.data, len(messages) > 0)
		var refused *websocket.SendError
		var lost *client.LostError
		switch {
		case errors.As(err, &lost):
			s.screen.note("%s %d may not have arrived", s.unit, m.number)
			failed = &command.Exit{Status: command.ExitFailed}
		case errors.As(err, &refused):
			failed = s.unsent(m.number, refused.Text)
		case err != nil:
			return err
		}
	}
	if err := <-ended; err != io.EOF {
		return err
	}
	return failed
}

// unsent says that a message was not sent.
func (s *session) unsent(number int, why string) error {
	s.screen.note("%s %d not sent: %s", s.unit, number, why)
	return &command.Exit{Status: command.ExitFailed}
}

// readAll reads messages until there are no more, or ctx ends. It closes the
// channel then. The error is io.EOF if nothing was wrong with any of them.
func (s *session) readAll(ctx context.Context, messages chan<- outgoing) error {
	defer close(messages)
	failed := io.EOF
	for number := 1; ; number++ {
		p, err := s.screen.read()
		switch {
		case err == io.EOF:
			return failed
		case err != nil:
			return err
		}
		if s.o.hex {
			if p, err = parseHex(p); err != nil {
				failed = s.unsent(number, err.Error())
				continue
			}
		}
		select {
		case messages <- outgoing{number, p}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// sendOne sends a message. If another one waits already it may leave with that:
// what was pasted leaves together, what is typed leaves at once.
func (s *session) sendOne(ctx context.Context, p []byte, another bool) error {
	s.answers.sending()
	err := s.Send(ctx, s.typ, p, another)
	var refused *websocket.SendError
	s.answers.wasSent(errors.As(err, &refused))
	return err
}

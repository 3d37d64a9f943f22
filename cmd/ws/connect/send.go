package connect

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/websocket"
)

// waitingLines is how many lines may wait for the connection to take them. They
// are read ahead, so that one can type on while it does not.
const waitingLines = 32

// send sends a message for each line until there are no more or the connection
// ends. The error says what of stdin was not sent, and matches
// websocket.ErrClosed if the connection has ended.
func (s *session) send(ctx context.Context) (failed error) {
	lines, ended := make(chan []byte, waitingLines), make(chan error, 1)
	// Nobody waits for this one: nothing interrupts the reading of a terminal.
	go s.screen.careful(func() { ended <- s.readLines(ctx, lines) })
	number := 0
	for text := range lines {
		number++
		err := s.sendLine(ctx, text, len(lines) > 0)
		var refused *websocket.SendError
		var lost *client.LostError
		switch {
		case errors.As(err, &lost):
			s.screen.note("line %d may not have arrived", number)
			failed = &command.Exit{Status: command.ExitFailed}
		case errors.As(err, &refused):
			s.screen.note("line %d not sent: %s", number, refused.Text)
			failed = &command.Exit{Status: command.ExitFailed}
		case err != nil:
			return err
		}
	}
	if err := <-ended; err != io.EOF {
		return err
	}
	return failed
}

// readLines reads lines until there are no more, or ctx ends. It closes lines
// then.
func (s *session) readLines(ctx context.Context, lines chan<- []byte) error {
	defer close(lines)
	for {
		text, err := s.screen.readLine()
		if err != nil {
			return err
		}
		select {
		case lines <- text:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// sendLine sends a line. If another one waits already it may leave with that:
// what was pasted leaves together, what is typed leaves at once.
func (s *session) sendLine(ctx context.Context, text []byte, another bool) error {
	if s.typ == websocket.Text { // whereas any byte of binary data may mean something
		text = bytes.TrimSuffix(text, []byte("\r"))
	}
	return s.Send(ctx, s.typ, text, another)
}

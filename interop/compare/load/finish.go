package load

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// finish waits for what is in flight, then has every connection echo m: a
// server that has lost count of its frames is found out.
func (f *fleet) finish(m message) error {
	end := time.Now().Add(patience)
	for i := range f.conns {
		c := &f.conns[i]
		if err := f.drain(c, end); err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
		if err := last(c.fd, m, end); err != nil {
			return fmt.Errorf("connection %d, at the end: %w", i, err)
		}
	}
	return nil
}

// drain waits for what is in flight.
func (f *fleet) drain(c *conn, end time.Time) error {
	for {
		done, err := f.step(c)
		if done || err != nil {
			return err
		}
		if time.Now().After(end) {
			return errors.New("answers are missing")
		}
	}
}

// last exchanges a message over a socket that never blocks.
func last(fd int, m message, end time.Time) error {
	out := m.frame
	got := make([]byte, 0, len(m.answer)+1)
	for len(got) < len(m.answer) && time.Now().Before(end) {
		n, err := send(fd, out)
		if err != nil {
			return err
		}
		out = out[n:]
		if n, err = receive(fd, got[len(got):cap(got)]); err != nil {
			return err
		}
		got = got[:len(got)+n]
	}
	if len(got) > len(m.answer) {
		return errExcess
	}
	if !bytes.Equal(got, m.answer) {
		return fmt.Errorf("the answer differs: got %.20x and so on, want %.20x", got, m.answer)
	}
	return nil
}

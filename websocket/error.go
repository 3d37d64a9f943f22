package websocket

import (
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// ErrConcurrentRead is returned to a goroutine that reads from a Conn while
// another one does.
var ErrConcurrentRead = errors.New("websocket: another goroutine is reading from the connection")

// ErrSkipped is returned by a MessageReader whose message was not read to its
// end before the next one was asked for.
var ErrSkipped = errors.New("websocket: the rest of the message was skipped")

// ErrNotSent is matched by every error that says for certain that no byte of a
// message was handed to the transport: because its context ended before there was a
// place for it in the order (a *QueueError), or because the connection was over
// before that, or before its frame was taken to be written. The errors of a
// connection that is over match ErrClosed as well; those that match it alone leave
// open whether the message has arrived.
var ErrNotSent = errors.New("websocket: message not sent")

// QueueError says that the context of a write ended while the message waited
// for its place in the order: it was not sent, and the connection is as before. It
// matches ErrNotSent and the context's error. A Ping or Pong for which there is no
// room gets one at once.
type QueueError struct {
	Option string // the option that bounds what waits: "Options.MaxQueued"
	Err    error  // the context's, or why nothing more may wait
}

// Error returns what happened with the name of the option.
func (e *QueueError) Error() string {
	return fmt.Sprintf("websocket: not sent: there was no place in the order, see %s: %v", e.Option, e.Err)
}

// Is makes a QueueError match ErrNotSent.
func (e *QueueError) Is(target error) bool { return target == ErrNotSent }

// Unwrap returns Err.
func (e *QueueError) Unwrap() error { return e.Err }

// notSent is how a connection came to its end, for a message of which no byte was
// handed to the transport.
type notSent struct{ error }

func (e notSent) Is(target error) bool { return target == ErrNotSent }

func (e notSent) Unwrap() error { return e.error }

// notPlaced is the QueueError for a context that has ended with err.
func notPlaced(err error) error { return &QueueError{"Options.MaxQueued", err} }

// TimeoutError says that the peer was given up: it did not answer in time. It
// matches ErrClosed.
type TimeoutError struct {
	Text   string        // what did not come
	After  time.Duration // the time that was allowed
	Option string        // the option that sets it
}

// Error returns what did not come, the time allowed and the option that sets it.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("websocket: %s within %v, see %s", e.Text, e.After, e.Option)
}

// Timeout returns true. With Temporary it makes a TimeoutError a net.Error.
func (e *TimeoutError) Timeout() bool { return true }

// Temporary returns false: the connection is over.
func (e *TimeoutError) Temporary() bool { return false }

// Is makes a TimeoutError match ErrClosed.
func (e *TimeoutError) Is(target error) bool { return target == ErrClosed }

// CloseArgumentError says that Close was given what may not be sent. The
// connection was closed all the same, with Code and Reason.
type CloseArgumentError struct {
	Code   CloseCode // what was sent instead
	Reason string
	Text   string // what was wrong
}

// Error returns what was wrong and what was sent instead.
func (e *CloseArgumentError) Error() string {
	return fmt.Sprintf("websocket: %s: closed with %v and %q instead", e.Text, e.Code, e.Reason)
}

// errOwnClose is what those get who use a connection after its own Close or
// CloseNow, or wait for something when CloseNow comes.
var errOwnClose error = ownClose{}

type ownClose struct{}

func (ownClose) Error() string { return "websocket: use of a connection that this side has closed" }

// Is makes it match net.ErrClosed, as for other connections. No other error of
// this package does: programs drop net.ErrClosed silently.
func (ownClose) Is(target error) bool { return target == ErrClosed || target == net.ErrClosed }

// errHookPanicked is the state of a connection in whose frames a hook has panicked.
var errHookPanicked = &CloseError{Code: CloseAbnormal, Err: errors.New("a hook of Options.Trace panicked")}

// errTransportClosed stands for net.ErrClosed of a transport that was closed by
// others than the Conn.
var errTransportClosed = errors.New("the transport was closed under the connection")

// errBadRead and errBadWrite are what a transport has done that no reader and no
// writer may.
var (
	errBadRead  = errors.New("the transport's Read returned an impossible count")
	errBadWrite = errors.New("the transport's Write returned an impossible count")
)

// CloseStatus returns the close code of the *CloseError in err, and 0 if there is
// none: CloseNormal and CloseGoingAway are how most connections end.
func CloseStatus(err error) CloseCode {
	var e *CloseError
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

// lossOf returns what a Conn reports when reading or writing fails with err.
//
//rfc:6455-7.1.5-3 6455-7.2.1-2 6455-7.4.1-10
func lossOf(err error) *CloseError {
	switch {
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	case errors.Is(err, net.ErrClosed):
		err = errTransportClosed
	}
	return &CloseError{Code: CloseAbnormal, Err: err}
}

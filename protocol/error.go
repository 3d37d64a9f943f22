package protocol

import (
	"errors"
	"fmt"
)

// ErrClosed is matched (errors.Is) by every error that says that the
// connection is over or on its way there, whoever ended it.
var ErrClosed = errors.New("websocket: connection closed")

// ProtocolError says that the peer broke a rule or a limit and that this
// endpoint has failed the connection for it (section 7.1.7).
// It matches ErrClosed.
type ProtocolError struct {
	Code   CloseCode // what the peer is told
	Rule   string    // the requirement, such as "6455-5.1-3"
	Text   string    // what happened, in a few words
	Option string    // the option that sets the limit, "" if it is a rule that was broken
}

// Error returns what happened with the rule's id and, for a limit, the name of
// the option that raises it. The peer is never sent this text.
func (e *ProtocolError) Error() string {
	s := fmt.Sprintf("websocket: %s [%s, close code %d]", e.Text, e.Rule, e.Code)
	if e.Option != "" {
		s += ", see " + e.Option
	}
	return s
}

// Is makes a ProtocolError match ErrClosed.
func (e *ProtocolError) Is(target error) bool { return target == ErrClosed }

// reason is what the peer is told besides the code: fixed words, so that
// nothing internal leaks.
func (e *ProtocolError) reason() string {
	switch e.Code {
	case CloseProtocolError:
		return "protocol error"
	case CloseInvalidPayload:
		return "invalid UTF-8"
	case CloseMessageTooBig:
		return "message too big"
	}
	return "policy violation"
}

// violation is a rule of the protocol broken by the peer.
//
//rfc:6455-7.4.1-4
func violation(rule, text string) *ProtocolError {
	return &ProtocolError{Code: CloseProtocolError, Rule: rule, Text: text}
}

// notUTF8 is text, or a close reason, that is not UTF-8.
//
//rfc:6455-7.4.1-11
func notUTF8(rule, text string) *ProtocolError {
	return &ProtocolError{Code: CloseInvalidPayload, Rule: rule, Text: text}
}

// CloseError is the end of the connection as the peer made it: its Close
// frame, or the loss of the transport. It matches ErrClosed.
type CloseError struct {
	// Code is the status code of the peer's Close frame, CloseNoStatus if it
	// had none, CloseAbnormal if there was no Close frame (section 7.1.5).
	Code CloseCode
	// Reason is the peer's (section 7.1.6): for logs, not for end users.
	Reason string
	// Err is the transport's error for CloseAbnormal, such as
	// io.ErrUnexpectedEOF, and nil otherwise.
	Err error
}

// Error returns the close code with its name and the reason.
func (e *CloseError) Error() string {
	s := fmt.Sprintf("websocket: closed by the peer: %v", e.Code)
	if e.Code == CloseAbnormal {
		s = "websocket: connection lost"
	}
	if e.Reason != "" {
		s += fmt.Sprintf(": %q", e.Reason)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Is makes a CloseError match ErrClosed.
func (e *CloseError) Is(target error) bool { return target == ErrClosed }

// Unwrap returns Err.
func (e *CloseError) Unwrap() error { return e.Err }

// SendError says that what the caller wants to send breaks a rule. Nothing was
// sent, the connection is as before.
type SendError struct {
	Rule string // the requirement, such as "6455-5.6-3"
	Text string // what is wrong, in a few words
}

// Error returns what is wrong with the rule's id.
func (e *SendError) Error() string {
	return fmt.Sprintf("websocket: not sent: %s [%s]", e.Text, e.Rule)
}

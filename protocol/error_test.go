package protocol

import (
	"errors"
	"io"
	"testing"
)

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		err    error
		closed bool
		text   string
	}{
		{&ProtocolError{Code: 1002, Rule: "6455-5.1-3", Text: "a frame is bad"}, true,
			"websocket: a frame is bad [6455-5.1-3, close code 1002]"},
		{&ProtocolError{1009, "6455-10.4-3", "a message is too big", "Options.MaxMessage"}, true,
			"websocket: a message is too big [6455-10.4-3, close code 1009], see Options.MaxMessage"},
		{&CloseError{Code: CloseNormal, Reason: "bye"}, true,
			`websocket: closed by the peer: 1000 (normal closure): "bye"`},
		//rfc:6455-7.4.1-8
		{&CloseError{Code: CloseNoStatus}, true, "websocket: closed by the peer: 1005 (no status code)"},
		//rfc:6455-7.1.5-3 6455-7.4.1-10
		{&CloseError{Code: CloseAbnormal, Err: io.ErrUnexpectedEOF}, true,
			"websocket: connection lost: unexpected EOF"},
		{&StateError{AwaitingClose, SendMessage, "6455-5.5.1-8"}, true,
			`websocket: cannot send message: connection is in state "awaiting close" [6455-5.5.1-8]`},
		{&SendError{"6455-5.6-3", "the text is not UTF-8"}, false,
			"websocket: not sent: the text is not UTF-8 [6455-5.6-3]"},
	} {
		if got := tt.err.Error(); got != tt.text {
			t.Errorf("%q, want %q", got, tt.text)
		}
		if got := errors.Is(tt.err, ErrClosed); got != tt.closed {
			t.Errorf("%v: matches ErrClosed: %v", tt.err, got)
		}
	}
	if !errors.Is(&CloseError{Code: CloseAbnormal, Err: io.ErrUnexpectedEOF}, io.ErrUnexpectedEOF) {
		t.Error("a CloseError does not match the transport's error")
	}
}

// The peer learns a code and fixed words, nothing of what is inside.
//
//rfc:6455-7.1.7-5
func TestReasonOnTheWire(t *testing.T) {
	for code, want := range map[CloseCode]string{
		CloseProtocolError:   "protocol error",
		CloseInvalidPayload:  "invalid UTF-8",
		CloseMessageTooBig:   "message too big",
		ClosePolicyViolation: "policy violation",
	} {
		err := &ProtocolError{Code: code, Rule: "6455-5.1-3", Text: "internal", Option: "Options.Internal"}
		if got := err.reason(); got != want {
			t.Errorf("%d: %q, want %q", code, got, want)
		}
	}
}

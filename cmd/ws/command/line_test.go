package command

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

var limit = &handshake.Error{Text: "the head is longer than 100 bytes", Option: "Options.MaxHeaderBytes", Rule: "6455-10.7-2"}

// lines are errors, as users of a command that has the flags read them, and of one
// that has none.
var lines = []struct {
	err           error
	with, without string
}{
	{errors.New("one\r\ntwo"), "one; two", "one; two"},
	{limit,
		"handshake: the head is longer than 100 bytes, -max-header raises the limit [6455-10.7-2]",
		"handshake: the head is longer than 100 bytes [6455-10.7-2]"},
	{fmt.Errorf("case 1: %w", &client.Error{Stage: client.StageHandshake, Host: "ws://a", Err: limit}),
		"case 1: dial ws://a: handshake: the head is longer than 100 bytes, -max-header raises the limit [6455-10.7-2]",
		"case 1: dial ws://a: handshake: the head is longer than 100 bytes [6455-10.7-2]"},
	{&client.Error{Stage: client.StageRedirect, Host: "ws://a", Err: &handshake.Error{Text: "more than 10 redirects", Option: "Options.MaxRedirects"}},
		"dial ws://a: redirect: more than 10 redirects", "dial ws://a: redirect: more than 10 redirects"},
	{&client.Error{Stage: client.StageRedirect, Host: "ws://a", Err: &handshake.Error{Text: "a redirect leads to another origin, which Options.CheckRedirect can allow"}},
		"dial ws://a: redirect: a redirect leads to another origin", "dial ws://a: redirect: a redirect leads to another origin"},
	{&client.Error{Stage: client.StageHandshake, Host: "ws://a", Err: errors.New("not open after 1s, Options.HandshakeTimeout raises the limit")},
		"dial ws://a: handshake: not open after 1s, -handshake-timeout raises the limit", "dial ws://a: handshake: not open after 1s"},
	{&client.Error{Stage: client.StageConnect, Host: "ws://a", Err: errors.New("waiting for another dial to b, which Options.ConcurrentDials does without: x")},
		"dial ws://a: connect: waiting for another dial to b: x", "dial ws://a: connect: waiting for another dial to b: x"},
	{&client.Error{Stage: client.StageHandshake, Host: "ws://a", Err: &handshake.Error{Text: "too wide", Option: "Options.Compression.PeerWindowBits"}},
		"dial ws://a: handshake: too wide, -peer-window-bits raises the limit", "dial ws://a: handshake: too wide"},
	{&client.Error{Stage: client.StageHandshake, Host: "ws://a", Err: &handshake.Error{Text: "no room", Option: "Options.Compression.Budget"}},
		"dial ws://a: handshake: no room, -compress-budget raises the limit", "dial ws://a: handshake: no room"},
	{BadUsage("Sec-WebSocket-Protocol is not for Options.Header: Options.Subprotocols makes it"),
		"Sec-WebSocket-Protocol is not for -H: -subprotocol makes it", "Sec-WebSocket-Protocol is not for Options.Header: Options.Subprotocols makes it"},
	{BadUsage("Sec-WebSocket-Extensions is not for Options.Header: Options.Compression makes it"),
		"Sec-WebSocket-Extensions is not for -H: -compress makes it", "Sec-WebSocket-Extensions is not for Options.Header: Options.Compression makes it"},
	{&handshake.Error{Text: `Options.Origins has a malformed pattern, "x"`},
		`handshake: -origin has a malformed pattern, "x"`, `handshake: Options.Origins has a malformed pattern, "x"`},
	{&websocket.TimeoutError{Text: "no sign of life of the peer", After: 2 * time.Second, Option: "Options.Keepalive"},
		"no sign of life of the peer within 2s, see -keepalive", "no sign of life of the peer within 2s"},
	{&websocket.TimeoutError{Text: "what is written made no progress", After: 2 * time.Second, Option: "Options.WriteTimeout"},
		"what is written made no progress within 2s, see -keepalive", "what is written made no progress within 2s"},
	{&websocket.TimeoutError{Text: "the peer did not complete the closing handshake", After: time.Second, Option: "Options.CloseTimeout"},
		"the peer did not complete the closing handshake within 1s", "the peer did not complete the closing handshake within 1s"},
	{&websocket.TimeoutError{Text: "the peer did not send the rest of a frame", After: time.Minute, Option: "Options.FrameTimeout"},
		"the peer did not send the rest of a frame within 1m0s", "the peer did not send the rest of a frame within 1m0s"},
	{&websocket.TimeoutError{Text: "OnConnect did not return", After: time.Second, Option: "ReconnectOptions.HookTimeout"},
		"OnConnect did not return within 1s", "OnConnect did not return within 1s"},
	{&websocket.ProtocolError{Code: websocket.CloseMessageTooBig, Rule: "6455-10.4-3", Text: "a message is too big", Option: "Options.MaxMessage"},
		"a message is too big [6455-10.4-3], connection closed with 1009 (message too big), see -read-limit",
		"a message is too big [6455-10.4-3], connection closed with 1009 (message too big)"},
	{&client.LostError{Err: &websocket.ProtocolError{Code: websocket.ClosePolicyViolation, Rule: "6455-10.4-2", Text: "a message has too many fragments", Option: "Options.MaxFragments"}},
		"the message may not have arrived: a message has too many fragments [6455-10.4-2], connection closed with 1008 (policy violation)",
		"the message may not have arrived: a message has too many fragments [6455-10.4-2], connection closed with 1008 (policy violation)"},
	{&websocket.ProtocolError{Code: websocket.CloseProtocolError, Rule: "6455-5.2-6", Text: "reserved opcode 0x3"},
		"reserved opcode 0x3 [6455-5.2-6], connection closed with 1002 (protocol error)",
		"reserved opcode 0x3 [6455-5.2-6], connection closed with 1002 (protocol error)"},
	{&websocket.QueueError{Option: "Options.MaxQueued", Err: errors.New("late")},
		"not sent: there was no place in the order: late", "not sent: there was no place in the order: late"},
	// The peer's words stay as they are.
	{&websocket.CloseError{Code: websocket.CloseMessageTooBig, Reason: "too big, see Options.MaxMessage"},
		`closed by the peer: 1009 (message too big): "too big, see Options.MaxMessage"`,
		`closed by the peer: 1009 (message too big): "too big, see Options.MaxMessage"`},
	{fmt.Errorf("%w: %q", limit, "nor one of Options.Origins"),
		`handshake: the head is longer than 100 bytes, -max-header raises the limit [6455-10.7-2]: "nor one of Options.Origins"`,
		`handshake: the head is longer than 100 bytes [6455-10.7-2]: "nor one of Options.Origins"`},
}

// What the library says of options, said to users of a command that has the
// flags, and of one that has none.
func TestLine(t *testing.T) {
	fs := NewFlags()
	for _, flag := range flagFor {
		if fs.Lookup(flag) == nil {
			fs.String(flag, "", "")
		}
	}
	with, without := Environment{flags: fs}, Environment{flags: NewFlags()}
	for _, c := range lines {
		if got := with.Line(c.err); got != c.with {
			t.Errorf("with flags:\n%s\nwant:\n%s", got, c.with)
		}
		if got := without.Line(c.err); got != c.without {
			t.Errorf("without flags:\n%s\nwant:\n%s", got, c.without)
		}
	}
}

// Package protocol is the WebSocket protocol after the opening handshake:
// RFC 6455, sections 5 to 8, and permessage-deflate, RFC 7692.
//
// It does no I/O, reads no clock, starts no goroutine and takes no lock, but for
// what connections share. A driver brings it bytes and takes bytes away: package
// websocket is one, over blocking streams; the tool's inspector and the fixtures'
// player are others. In the RFC's order:
//
//	opcode.go     5.2  opcodes, message types, roles
//	header.go     5.2  the frame header, parsed and appended
//	check.go      5    every rule that a received header must meet
//	endpoint.go   10.4 Endpoint, one side of a connection as a state machine, and its limits
//	receive.go    5.4, 6.2 its receiving half: bytes in, events out
//	send.go       5.5, 6.1 its sending half: messages in, bytes out
//	event.go      what the receiving half tells
//	state.go      7    the states of a connection and the table that moves them
//	closecode.go  7.4  close codes and the payload of a Close frame
//	utf8.go       8.1  text checked as it arrives
//	duty.go       7.1.1 who closes TCP, and when
//	hooks.go      what tells of frames
//	error.go      ProtocolError (ours), CloseError (the peer's), SendError (the caller's)
//
// Where permessage-deflate was agreed on, by RFC 7692's sections:
//
//	compression.go  7.1 the options of those who negotiate it
//	deflate.go      7.1 what was agreed on for a connection
//	inflating.go    6.2, 7.2.2 messages inflated as they arrive
//	deflating.go    6.1, 7.2.1 messages compressed
//
// Between connections:
//
//	budget.go     the bytes that all may hold for compression
//	prepared.go   a message that is checked and compressed once, for many
package protocol

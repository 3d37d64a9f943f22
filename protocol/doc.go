// Package protocol is the WebSocket protocol after the opening handshake:
// RFC 6455, sections 5 to 8, and permessage-deflate, RFC 7692.
//
// It comes in two layers. The files of the first do no I/O, read no clock and
// start no goroutine. In the RFC's order:
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
//	error.go      ProtocolError (ours), CloseError (the peer's), SendError (the caller's)
//
// Where permessage-deflate was agreed on, by RFC 7692's sections:
//
//	compression.go  7.1 the options of those who negotiate it
//	deflate.go      7.1 what was agreed on for a connection; budget.go: what all may hold
//	inflating.go    6.2, 7.2.2 messages inflated as they arrive
//	deflating.go    6.1, 7.2.1 messages compressed
//
// The second layer is Conn, which drives an Endpoint over a byte stream and is
// what most programs use. Packages server and client make Conns.
//
//	conn.go, options.go   Conn and how it behaves
//	conn_read.go          messages in; conn_messages.go: in a loop; conn_reader.go: as a stream
//	conn_write.go         messages out; batch.go: many; conn_writer.go: as a stream
//	conn_prepared.go      a message to many connections, without waiting; prepared.go: the message
//	flush.go, large.go    how frames are written: group commit, payload from where it is
//	conn_close.go   7.1   the closing handshake and the order in which TCP is closed
//	ping.go, keepalive.go, patience.go  signs of life, and what becomes of a peer without
//	transport.go          the stream under it all; interrupt.go: contexts that end; buffer.go: memory
//	edge.go, second.go    on a socket: one read for a message, and reading beside that
//	netconn.go            a Conn as a net.Conn
//	pipe.go, halfpipe.go  two Conns in memory; pump.go: streams without deadlines
package protocol

// Package rfc6455 is the overview of a WebSocket implementation by the book:
// RFC 6455, and RFC 7692 for compression. It has no code of its own.
//
//	server     accepts connections: through net/http or on a listener of its own
//	client     dials them
//	websocket  Conn, the connection that both give you
//	hub        messages to many connections, by topics
//	protocol   the protocol behind Conn, as a state machine without I/O
//	handshake  the opening handshake as pure functions
//	mask       the masking of payloads
//	cmd/ws     a tool to try, look inside and debug, in a module of its own
//
// Programs start with package server or client and spend their lives with
// websocket.Conn. Readers of the RFC start with package protocol, sections 5 to
// 8, or handshake, section 4: each package's documentation leads through its
// files in the RFC's order.
package rfc6455

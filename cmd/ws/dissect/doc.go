// Package dissect takes what went over a WebSocket connection apart, byte by
// byte, and explains it: it is the one decoder of the ws command and of its
// pages. The work is that of packages protocol and handshake; here stands what
// it looks like.
//
//	part.go      Part: a frame, or an opening handshake
//	decoder.go   Decoder: bytes of one direction in, parts out
//	field.go     5.2 a frame's fields, bit by bit, each with its section
//	violation.go which of them is to blame, where a rule is broken; table.go: the requirements
//	head.go      4   an opening handshake's lines, and other HTTP before it
//	session.go   Session: both directions, with times
//	guess.go     where frames begin, in the middle of a connection
//	text.go      a part in a line; mermaid.go: a session as a sequence diagram
//	annotate.go  the fixtures of testdata, annotated; dump.go: parts in that form
//	input.go     bytes that people paste; notation.go: as languages print them
//	json.go      parts as JSON
//
// It does no I/O.
package dissect

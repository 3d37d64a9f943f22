// Package transcript writes and reads what went over WebSocket connections, as
// text: an event in a line, for people, grep and the ws command.
//
//	event.go   Event: what happened
//	writer.go  Writer: events out
//	reader.go  Reader: events in
//
// A transcript begins with a line that says so:
//
//	# ws transcript 1
//	0.000000 1 open ws://127.0.0.1:8080/chat from 127.0.0.1:50412
//	0.000310 1 > 47 45 54 20 2f 63 68 61 74 | GET /chat HTTP/1.1
//	1.204511 1 > 81 85 37 fa 21 3d 7f 9f 4d 51 58 | text "Hello"
//	1.205003 1 < 82 7e 01 00*257 | binary 256 bytes
//	2.500000 1 > end
//	2.500120 1 < reset
//
// The words of a line are the time in seconds since the first event, with six
// decimals at most, and the number of the connection, from 1. Then comes what
// happened: "open" with a note; otherwise the direction, ">" from the client to
// the server or "<" back, and bytes in hex, of which 00*257 are 257 times 00,
// or "end" for a side that sends no more (its FIN), or "reset" (its RST).
// What stands right of "|" is for people. Lines that begin with "#" and empty
// ones mean nothing, but for the first. How bytes are cut into lines says in
// which pieces they came; many bytes take several lines of the same time.
package transcript

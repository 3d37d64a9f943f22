// Package http1 follows a connection that begins as HTTP/1, as somebody does who
// only looks on: request after request it tells where heads and bodies end, and
// when WebSocket begins. What breaks a rule is none of its business: it goes on
// where the endpoints go on. Package handshake judges.
//
//	conn.go   Conn: what the two sides have to know of each other
//	side.go   Side: what the bytes of one side are
//	head.go   heads, read whatever rules they break
//	body.go   bodies: by their length, in chunks, or until the end
//	proxied.go the line or block that some proxies put before all else
//
// It does no I/O, holds no bytes, and its memory does not grow with what comes.
package http1

// Package client opens WebSocket connections: it does what sections 4.1 and 7.2.1 of RFC 6455 ask of a client,
// from the URI to the [websocket.Conn] that the program then reads and writes.
//
// [Dial] is all that most programs need. [NewConn] makes the opening handshake over a connection of the
// program's own. [Reconnecting] opens a lost connection again. [Options] says what can be chosen; its zero value
// is the safe default.
//
// A dial goes through these steps, in which order the files are best read:
//
//	dial.go        the whole of it: Dial, NewConn and how long they may take
//	options.go     what the caller chooses
//	target.go      what the caller's URL says, and its user and password; header.go: the caller's fields
//	request.go     4.1  the request, made before anything is connected; cookie.go: the jar's part in it
//	compression.go      the offer of permessage-deflate and what the answer means (RFC 7692, section 7.1)
//	connect.go     4.1  the way to the server: direct, through a proxy, or the caller's own
//	connecting.go  4.1  one connection at a time is being established to a remote host
//	race.go             several addresses of one host, after RFC 8305
//	proxy.go       4.1  which proxy; tunnel.go: HTTP CONNECT; socks.go: SOCKS5
//	tls.go         4.1, 10.6
//	open.go        4.1  the request out, the response in, and what becomes of it
//	response.go    4.1  the head of a response; refusal.go: the body of one that says no
//	redirect.go    4.1  3xx, and what another origin must not learn
//	guard.go            how a context ends each of these steps at once
//	trace.go            the hooks of net/http/httptrace
//	error.go            what went wrong, and at which stage
//
// Section 7.2.3 asks of a client that comes back not to do so at once:
//
//	reconnecting.go        Reconnecting, its beginning and its end
//	reconnect_options.go   what the caller chooses
//	reconnect_loop.go      the goroutine that opens one connection after the other
//	reconnect_pause.go     7.2.3  how long it waits in between; reconnect_heal.go: when it gives up
//	reconnect_read.go      messages in, over all connections; reconnect_unread.go: while nobody reads
//	reconnect_write.go     messages out; reconnect_outbox.go: while there is no connection
//	reconnect_state.go     what can be seen of it, and in reconnect_stats.go measured
package client

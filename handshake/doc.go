// Package handshake is the opening handshake of RFC 6455 as pure functions: over bytes, http.Header,
// *http.Request and *http.Response. It opens no socket, reads no clock and starts no goroutine, so the same
// rules serve net/http, a raw listener, a client behind a proxy and a test.
//
// The files follow the RFC. A reader new to the protocol may take them in this order:
//
//	key.go          1.3, 4.1, 4.2.2  the key a client makes up and the answer that proves it was read
//	token.go        2.1, 4.3         tokens, lists, and comparing without regard to ASCII case
//	url.go          3, 11.1          ws and wss URIs
//	request.go      4.1              the client's opening handshake, written
//	response.go     4.1              the server's opening handshake, read and checked by the client
//	parse.go        4.2.1            the client's opening handshake, read by the server
//	check.go        4.2.1            and checked; attempt.go: what proxies make of it
//	accept.go       4.2.2            the server's opening handshake, written: 101 or a refusal
//	subprotocol.go  4.1, 4.2.2       Sec-WebSocket-Protocol
//	extension.go    9.1              Sec-WebSocket-Extensions; its grammar is in extensionparser.go
//	deflate.go      RFC 7692, 7.1    permessage-deflate; its parameters are read in deflateparams.go
//	origin.go       10.2             when an Origin is the server's own
//
// What they stand on: error.go, why a handshake was refused and with which status; head.go, the bytes of a
// head (RFC 9112), read strictly; field.go, header fields; host.go, host and port (RFC 3986).
//
// # Server
//
// With bytes of a raw connection: [ParseRequest], then [CheckRequest]; with net/http only the latter.
// [ChooseSubprotocol] and [AcceptDeflate] choose from what is offered. Then [AppendResponse] to accept or
// [AppendRefusal] to refuse.
//
// # Client
//
// [ParseURL], [NewKey], [OfferDeflate], [AppendRequest]; the answer goes through [ParseResponse],
// [CheckResponse] and [CheckDeflate].
//
// # Strictness
//
// Section 4.2.1 refuses a handshake that breaks the grammar "in any way", so the parsers here accept less
// than net/http does: no bare line feeds, no folded lines, no space before a colon, no control bytes. Every
// refusal is an [*Error] with the id of the requirement that was broken.
//
// All functions are safe for concurrent use as long as nobody changes their arguments meanwhile.
package handshake

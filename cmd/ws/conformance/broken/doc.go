// Package broken has WebSocket servers and clients with one fault each, by
// which the conformance suite proves itself: a suite that lets one of them pass
// lacks a case.
//
// The peers are written by hand, small and correct but for their fault. They
// use none of this project's packages, so that a bug of ours hides nowhere.
//
// Read in this order:
//
//	conduct.go     the steps of a peer, which a fault changes
//	frame.go       frames as bytes
//	check.go       the rules that a peer enforces on frames
//	session.go     a connection after the opening handshake: it echoes
//	text.go        UTF-8
//	deflate.go     permessage-deflate: compressor and decompressor
//	parameters.go  and its negotiation
//	fields.go      heads of requests and responses
//	request.go     what a server makes of a request
//	server.go      servers, which listen
//	response.go    what a client makes of a response
//	client.go      clients, which run the cases of a suite that listens
//	fault.go       the list of faults: faults.tsv says what each breaks and who finds it
//	*faults.go     the faults themselves, a line or three each
package broken

// Package traffic is a server and all who come to it, in one process: peers that
// behave, by the library's client, and peers that do not, on bare sockets.
//
//	traffic.go      everybody together, and their end
//	site.go         the server, and the ways in; certificate.go: of those with TLS
//	handler.go      what it does for a connection
//	news.go         the broadcasts
//	visitor.go      a peer that behaves: one connection after the other
//	talk.go         what it says, and checks the echo of
//	listen.go       what it hears of the broadcasts; guest.go: one who stays until the server goes
//	vandal.go       a peer that does not behave; faults.go, endless.go: the kinds of faults
//	text.go         what messages are made of
//	tally.go        what is counted, and what went wrong
package traffic

// Matrix runs the conformance suite of package suite against this library and
// its peers, each as a server and as a client, and prints a table of each role:
//
//	go run ./matrix                       all, some minutes
//	go run ./matrix -only gws,npm-ws -v   some, with each case that is not passed
//	go run ./matrix -case 6455-5.5 -html report.html
//	                                      some cases; what went over the wire, as a page
//	go run ./matrix -write ../README.md   put the tables between their marks
//
// A peer is a process of its own. One that does not survive a case is started
// again for the next. The Go servers are those of package compare/peers, the
// clients those of package clients; the npm package ws and Python's websockets
// have a script each in folder scripts, which is both. What a library checks only
// on request it is asked to check, and what it has of permessage-deflate is
// turned on. A message may have 16 MiB, as many as the suite's largest.
//
// Cases run one at a time, and those that fail twice more, so that a verdict is
// about the peer and not about a busy machine.
//
//	main.go     flags
//	peer.go     the peers; scripts.go: those that are not written in Go
//	thrice.go   the cases of a peer; server.go: as a server; client.go: as a client
//	table.go    the tables
package main

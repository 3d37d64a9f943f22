// Hostile measures what peers that misbehave cost those that do not. It prints a table
// in Markdown:
//
//	go run ./hostile                                      15,000 connections, 1,000 of them hostile
//	go run ./hostile -conns 1500 -hostile 100 -duration 3s
//	go run ./hostile -only drip,flood
//
// There are five processes on the loopback interface: a server; a crowd of connections
// that are idle and answer Pings; a probe, whose connections send a message ten times
// a second and wait for the echo; the hostile ones, of one kind at a time; and a sink,
// which accepts connections and discards what comes. First the hostile ones are turned
// against the sink, then, as they are, against the server. They share two processors with it:
// what the first measurement costs the probe is theirs, what the second costs more is the
// server's. Each is made three times, in turn; the table has the medians. The figure to look at is the quotient of the 99th percentiles, which is to be less
// than 2. The sink cuts nobody off, while the server does, and hostile ones come back: so the
// quotient counts their coming back against the server.
//
// The server has these options, other than their defaults:
//
//	MaxFrames          100 a second, ten times of what the probe sends
//	MaxHandshakes      2000, so that a thousand of them that never end leave room for others
//	MaxConnsPerAddress 200; the crowd has addresses enough, and so have the hostile ones, which
//	                   would else not get in
//
// With -shutdown it measures another thing: half of the connections belong to processes that
// are stopped by SIGSTOP, and Server.Shutdown has 4 seconds. How many of the living
// hear of it by a close code of 1001, and how soon?
//
//	go run ./hostile -shutdown
//
// It takes Linux, where all of 127.0.0.0/8 are addresses of the loopback interface, and 16,000 descriptors
// for a process (ulimit -n).
//
// The files:
//
//	main.go      the flags
//	measure.go   what hostile ones cost; table.go: how it is printed
//	shutdown.go  what the dead cost
//	child.go     processes, and how they are spoken to; address.go: where they connect from
//	server.go, sink.go, crowd.go, probe.go, attack.go  what they are
//	kinds.go     what the hostile ones do
package main

// Package chaos runs random programs on both ends of a connection and checks
// what happens against a model. Tests and `make chaos` use it, programs do not.
//
// A seed determines a [Program]: a transport with its faults, compression,
// options, and for each end some goroutines with the steps that they take. The
// scheduler remains real, so the same seed may pass once and fail once. What
// each call did goes into a ledger, and the rules look at the ledger once both
// ends are closed:
//
//	program.go                        programs as data
//	generate.go, steps.go, draw.go    how a seed becomes one
//	transports.go, memory.go, faults.go, cert.go  the streams, and what goes wrong on them
//	payload.go                        messages that say which they are
//	world.go, trace.go                two Conns on a stream, and what their Traces are told
//	run.go, bubble.go                 a program from the start to the end
//	actor.go, scope.go                a goroutine of a program, and its contexts
//	reads.go, loops.go, streams.go, writes.go, closes.go  its steps
//	ledger.go, arrive.go, trail.go    what was called, sent and received
//	kinds.go, closecode.go            the errors that websocket documents, and what Close sends
//	delivery.go, complete.go          the rules: once, whole, in order, all of it
//	errors.go, bounds.go, left.go     the right error, in time, nothing left behind
//	shrink.go, failure.go             the shortest program that still fails
//	tunnel.go                         both ends as a net.Conn, with a model of its own
//
// Transports in memory run under testing/synctest, where time is exact: calls
// have to end at the instant at which they must. On sockets a watchdog stands for
// that.
package chaos

// Package websocket is what programs hold in their hands: Conn, a WebSocket
// connection, which is an Endpoint of package protocol on a byte stream. Packages
// server and client make Conns. The names of package protocol that programs need
// beside Conn are offered here again: see names.go.
//
// # Reading
//
// Read returns one message. Messages is a loop over them, BorrowMessages the same
// without a copy, Reader a message as a stream, Discard for programs that only
// write. One goroutine reads at a time.
//
// # Writing
//
// Any number of goroutines write: Write, WriteText, WriteJSON and WritePrepared a
// message, Batch many by one system call, Writer one as a stream,
// TryWritePrepared without ever waiting. A message that has its place in the order
// is sent; errors tell whether it has.
//
// # The end
//
// Close is the closing handshake, with one bound; CloseNow never blocks. All errors
// that say that the connection is over match ErrClosed; net.ErrClosed is matched
// by use after one's own Close only. StartClose is Close for programs that end many.
// End tells how the connection has come to its end, and by whom.
//
// # How it is built
//
// A Conn has four parts, each a struct and a file: receiving, sending, liveness and
// ending. One lock guards all but receiving, which belongs to whoever has the right
// to read; one phase says how far the end has come; one timer looks at all that
// there is a time for. These are the words that it takes to follow a frame.
//
// From the stream to the application:
//
//	stream     stream.go, socket_unix.go  the transport and what it can do; pump.go: one without deadlines
//	gate       gate.go                    a context that ends ends a read or a write, by a deadline
//	readBuffer buffer.go                  what is read into; nobody's while a connection waits
//	right      right.go                   the right to read; claims of those who will come back
//	receiving  receiving.go               events of the endpoint answered, or made the next piece
//	incoming   receiving.go               the message that is arriving: all ways to read go on from it
//	loop       messages.go                lends a message until its next turn; read.go, reader.go, discard.go
//	backlog    backlog.go                 what Close reads for others
//
// From the application to the stream:
//
//	outgoing   sending.go   a message, or a frame of one, on its way out
//	line       sending.go   those that wait for their place, in one order
//	output     in the endpoint: frames with their place
//	waiter     waiter.go    a call that waits, in the line or to be written
//	outflow    outflow.go   what the goroutine with the right to write has in hand
//	flush      flush.go     one writes for all, and hands the right on
//
// Besides: liveness.go with ping.go (signs of life, and the times after which a peer
// is given up), ending.go with close.go (the phases and the closing of TCP, section
// 7.1), end.go (what is told of that), netconn.go (a Conn as a net.Conn), pipe.go
// with halfpipe.go (two Conns in memory, for tests), trace.go (hooks),
// syscall_linux.go (raw system calls).
//
// Package chaos below runs random programs over every transport against a model
// of all this.
package websocket

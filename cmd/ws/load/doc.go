// Package load is the load generator behind ws bench: many connections that send
// messages to an echo server and measure when the answers come.
//
//	command.go   Command: ws bench; files_unix.go: how many connections there can be
//	load.go      Load, what to do, and Run, which does it from beginning to end
//	open.go      the connections are opened, one after the other
//	conn.go      a connection: answers are taken, checked and measured
//	send.go      its other half: messages are sent, or owed until there is room
//	pace.go      messages that are due at a time, answered or not: the open loop
//	alarm.go     waiting for that time; alarm_linux.go: to the microsecond
//	contents.go  what is in the messages
//	record.go    latencies, counted in histograms
//	failure.go   what went wrong, by kinds
//	cpu_unix.go, cpu_windows.go, cpu_other.go  the CPU time that all this takes
//	result.go    what was measured; text.go: for people; chart.go: drawn
//
// A load has one of two shapes. In the closed loop each answer makes room for the
// next message: it finds out how much a server can do, but a server that stalls is
// sent less meanwhile, so its latencies look better than those that users would
// see. In the open loop, at a rate, messages are due whatever the server does, and
// a latency counts from the time at which its message was due: those that had to
// wait for a stalled server count in full.
package load

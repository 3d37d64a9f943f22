// Package replay has the client sides of a transcript happen again, with another
// server, and compares its answers with those of the transcript.
//
//	command.go    Command: ws replay
//	recording.go  a transcript, read: what clients do and what is answered
//	answer.go     what a server says, as far as it is compared; hearing.go: found in its bytes
//	ignore.go     Ignore: what of an answer may differ
//	replay.go     Replay: one thing after the other, in its time
//	talk.go       a connection that is replayed
//	compare.go    what came of it, in words; align.go: which answers are the same
package replay

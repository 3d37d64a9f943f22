// Package connect is ws connect: lines become messages, messages become lines.
//
//	command.go    Command: its flags, and how they make a session
//	session.go    what is said, from the first message to the end of the connection
//	send.go       its sending half: lines in, messages out
//	reconnect.go  -reconnect: a link that comes back
//	screen.go     where messages are shown, and lines come from
//	render.go     what a message looks like; frames.go: what a frame does
//	executor.go   -exec: a shell command for each message, run by package shell
//	pipe_unix.go  stdout that nobody reads any more
//
// Package terminal edits a line where a person types it, package script is -script.
package connect

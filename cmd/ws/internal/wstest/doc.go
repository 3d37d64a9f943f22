// Package wstest runs whole command lines for the tests of commands.
//
//	tool.go      Tool: ws with the commands that a test needs
//	process.go   Process: a run of it, in the test's own process
//	output.go    what it prints
//	commands.go  runs of commands that tests have as peers
//	shell.go     runs in processes of their own, of a shell; missing.go: what that needs
//	typist.go    Typist: a person at a terminal; vt.go: what the person sees
//	listen.go, identity.go, fuzzer.go  servers and certificates to run commands with
package wstest

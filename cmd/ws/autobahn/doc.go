// Package autobahn is ws autobahn, the client that the Autobahn test suite tests.
//
//	command.go  Command: its flags
//	cases.go    the cases, run one after the other
//	ask.go      what the suite's fuzzing server is asked besides, by its URLs
//	tally.go    what it thinks of the cases, summed up
package autobahn

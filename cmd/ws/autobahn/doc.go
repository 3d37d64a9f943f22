// Package autobahn is ws autobahn, the client that the Autobahn test suite tests.
//
//	command.go  Command: its flags
//	cases.go    the suite's fuzzing server is asked for its cases, one after the other
package autobahn

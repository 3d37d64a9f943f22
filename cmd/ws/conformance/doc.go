// Package conformance is ws conformance: it tests any WebSocket server by its URL,
// and any client by the URLs of the Autobahn suite.
//
//	command.go  Command: its flags, and which of its tasks they ask for
//	choice.go   which cases are run; spec.go: a settings file of the Autobahn suite
//	server.go   servers are tested
//	client.go   clients are; child.go: one that the command starts
//	output.go   what comes of it: files, text, and the exit status
//
// The packages below do the work, and know nothing of command lines:
//
//	verdict     the words that they share
//	suite       runs cases, finds verdicts
//	report      shows them: text, JSON, JUnit, HTML, Autobahn's index
//	broken      peers with one fault each, by which the suite proves itself
package conformance

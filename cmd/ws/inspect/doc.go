// Package inspect is ws inspect: it takes frames apart wherever they come from. The
// work is that of package dissect.
//
//	command.go     Command: its flags, and what is said at the end
//	unpack.go      files that are packed, and those that cannot be read
//	input.go       what the input is: bytes, a transcript of package transcript, or
//	               capture.go  of package capture: suspect.go: which connections are
//	                           WebSocket, secure.go: what is in TLS
//	               fixture.go  in the words of testdata/frames
//	               har.go      what browsers export
//	inspection.go  what happens on connections, one after the other
//	text.go        how that is printed; explain.go: with what each field means; json.go: for programs
package inspect

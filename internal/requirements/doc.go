// Package requirements reads the table of what the WebSocket RFCs require and
// finds the places in the source tree that are tied to its rows.
//
// The table and the exceptions to it stand in testdata/rfc. A place is a
// comment of the form "//rfc:" and ids, at the code that meets a requirement or
// at the test that proves it, or the line of a fixture that begins with "rfc".
// The rules about what has to be tied are in requirements_test.go at the root;
// the report is that of ws rfc.
//
// In the order of reading: table.go (what a requirement is), cite.go (its
// places), enclosing.go (what they are called), index.go (all of it in a file).
package requirements

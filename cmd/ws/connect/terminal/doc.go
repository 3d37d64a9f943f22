// Package terminal edits a line at a terminal, below all that is printed meanwhile.
//
//	terminal.go  Terminal: one that is taken over, in raw mode, until it is left
//	keyboard.go  keys, read all the time: Ctrl-C has to be noticed
//	display.go   prompt and line, in as many rows as they take
//	history.go   the lines that were typed, kept in a file
//	resize_unix.go  changes of the window's size
//
// The keys are obeyed by the line editor of golang.org/x/term, which stands between
// keyboard and display.
package terminal

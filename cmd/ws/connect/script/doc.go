// Package script plays scripts for ws connect: what is sent, and what has to come.
//
//	script.go       Parse: lines in, steps out
//	expectation.go  what a message has to be
//	player.go       Play: the steps, one after the other, over a connection
package script

// Package rfc is ws rfc: what the RFCs require, the code that meets it and the tests
// that prove it.
//
//	command.go  Command: its flag
//	tree.go     where the requirements are: package internal/requirements reads them
//	choose.go   those that were asked for
//	report.go   what is said of them; text.go: as text; page.go: rfc.html, as a page
package rfc

// Package listen is for the commands that clients connect to.
//
//	listen.go       an address taken, and where that is
//	certificate.go  Certificate: the flags about TLS
//	origins.go      Origins: the flag about pages that may connect
//	until.go        a server that runs until a signal comes, and ends gracefully
//	complain.go     what it says of requests that go wrong
package listen

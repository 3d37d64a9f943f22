// Package reach is the way to a server, for the commands that dial one.
//
//	offer.go    Offer: all their flags, and what the library is told
//	raw.go      Raw: the same, for those who make opening handshakes by themselves
//	way.go      those about TLS and the way: client certificates, proxies, Unix sockets
//	trust.go    Trust: which server is believed
//	dial.go     a URL checked, a connection opened, and why that has failed
package reach

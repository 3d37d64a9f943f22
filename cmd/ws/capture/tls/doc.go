// Package tls reads what went over a TLS connection, from its records and a key
// log as browsers, curl and Go's crypto/tls write it (SSLKEYLOGFILE): TLS 1.2 and
// 1.3, with AES-GCM and ChaCha20-Poly1305.
//
//	log.go     Log: the secrets of a key log
//	conn.go    Conn: records in, data out
//	hello.go   what both sides have said in clear
//	suite.go   cipher suites, and the keys that secrets make
//	record.go  one direction: its records, and what of them is missing
//
// It looks on: nothing is verified but that the records are what the keys say.
package tls

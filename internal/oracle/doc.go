// Package oracle is the standard library as tests ask it: what they compare
// this module's own UTF-8 and DEFLATE with.
//
//	utf8.go   the first bad byte of a text
//	flate.go  a message compressed for permessage-deflate
package oracle

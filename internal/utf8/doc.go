// Package utf8 checks that text is UTF-8 (RFC 3629), whole or in pieces, many
// bytes at a time. Valid and ValidString are what they are in unicode/utf8, and
// faster; Check is for text that arrives in pieces.
//
// Read grammar.go first (what is UTF-8), then utf8.go (who checks what):
//
//	scan.go                        plain Go, byte after byte by the grammar
//	vectors.go                     what is made of what the assembly tells
//	check.go                       what it tells, and pairs.go: the tables that it does so by
//	check_amd64.s, check_arm64.s   the assembly, 16 to 64 bytes at a time
//	check_generic.go               where there is none
//
// The assembly is after John Keiser and Daniel Lemire, "Validating UTF-8 In Less
// Than One Instruction Per Byte", 2020. It only says how far all is good. The
// first bad byte, and a character that the end of a piece cuts, are found by the
// grammar.
//
// The build tag purego leaves the assembly out, and so does the race detector,
// which cannot see what assembly reads.
package utf8

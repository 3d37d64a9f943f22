// Package deflate compresses messages with DEFLATE (RFC 1951) the way
// permessage-deflate (RFC 7692 section 7.2.1) needs it. Package protocol uses
// it; it knows nothing of frames.
//
// It exists because a library for files does not fit a connection. Here a
// connection with context takeover holds 24 KiB between two messages, and one
// without nothing, the rest being scratch memory that all connections share; and
// a message of a kilobyte is no small part of what the code is made for.
//
//	deflate.go  Deflater: a message's contents in, its compressed bytes out
//	history.go  what matches can refer to, message after message
//	match.go    finding what has been there before
//	token.go    3.2.5: literals, lengths and distances as they are kept
//	block.go    3.2.3: which kind of block is the smallest
//	huffman.go  3.2.2: codes made to measure
//	header.go   3.2.7: how those are described
//	emit.go     symbols written
//	bits.go     bits written
//
// The other direction is package inflate.
package deflate

// Package inflate inflates DEFLATE data (RFC 1951) the way permessage-deflate
// (RFC 7692 section 7.2.2) needs it. Package protocol uses it; it knows nothing
// of frames.
//
// It exists because a library for files does not fit a connection. Here the
// compressed bytes are pushed in as they arrive, and inflating can stop after
// any of them; a block with BFINAL 1 is not the end; and between two messages a
// connection holds its window and nothing else, the rest being scratch memory
// that all connections share.
//
//	inflate.go  Inflater: a message's bytes in, its contents out
//	block.go    3.2.3, 3.2.4, 3.2.7: the headers of blocks
//	data.go     3.2.5: what is in them, bytes and matches with what came before
//	table.go    3.2.2: Huffman codes as tables to look them up in
//	window.go   what the matches can reach back to, message after message
//
// The other direction is package deflate.
package inflate

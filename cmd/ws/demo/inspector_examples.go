package demo

// example is something to paste: the bytes of a fixture of testdata/frames.
type example struct {
	Title   string `json:"title"`
	Fixture string `json:"fixture"` // its name, where it can be looked up
	From    string `json:"from"`
	Deflate bool   `json:"deflate"`
	Text    string `json:"text"`
}

var examples = []example{
	{"A masked Hello", "example-text-masked", "client", false, "81 85 37 fa 21 3d 7f 9f 4d 51 58"},
	{"Hello in two fragments", "example-text-fragmented", "server", false, "01 03 48 65 6c\n80 02 6c 6f"},
	{"A Ping between fragments", "fragments-around-ping", "server", false, "01 03 48 65 6c\n89 03 6e 6f 77\n80 02 6c 6f"},
	{"256 bytes", "example-binary-256", "server", false, "82 7e 01 00\na5*256"},
	{"Compressed, twice", "deflate-example-takeover", "server", true, "c1 07 f2 48 cd c9 c9 07 00\nc1 05 f2 00 11 00 00"},
	{"Close 1000", "close-1000", "server", false, "88 02 03 e8"},
	{"Not masked", "unmasked-text-to-server", "client", false, "81 05 48 65 6c 6c 6f"},
	{"A reserved bit", "rsv2-text", "server", false, "a1 05 48 65 6c 6c 6f"},
	{"Text that is not UTF-8", "utf8-first-bad-byte", "server", false, "81 64 61 62 ff"},
	{"A length in too many bits", "length-1-in-16-bits", "server", false, "82 7e 00 01 7a"},
	{"A fragmented Ping", "ping-fragmented", "server", false, "09 02 03 e8"},
	{"Close code 1005", "close-1005", "server", false, "88 02 03 ed"},
}

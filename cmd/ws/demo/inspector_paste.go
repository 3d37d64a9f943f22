package demo

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/protocol"
)

const (
	longestPaste = 16 << 10 // in bytes
	mostParts    = 200
)

// pasted takes apart what a page has pasted.
func pasted(o order) report {
	b, err := dissect.ParseInput(o.Text, longestPaste)
	if err != nil {
		return report{Kind: "pasted", Error: unreadable(err)}
	}
	config := dissect.Config{Limits: limits, Handshake: dissect.IsHead(b)}
	if o.From == "client" {
		config.From = protocol.Client
	}
	if o.Deflate {
		config.Deflate = &protocol.DeflateWindow{Bits: 15, Takeover: true}
	}
	d := dissect.NewDecoder(config)
	d.Write(b)
	r := report{Kind: "pasted"}
	for p, ok := d.Next(); ok; p, ok = d.Next() {
		if len(r.Parts) == mostParts {
			r.Error = fmt.Sprintf("Only the first %d frames are shown.", mostParts)
			return r
		}
		r.Parts = append(r.Parts, p)
	}
	if p, ok := d.End(); ok {
		r.Parts = append(r.Parts, p)
	}
	return r
}

// unreadable says in words for people why what was pasted cannot be read. An error's text is for programmers.
func unreadable(err error) string {
	what := "this cannot be read"
	var digit hex.InvalidByteError
	var times *strconv.NumError
	var most fixture.TooManyError
	switch {
	case errors.As(err, &digit) && digit > ' ' && digit < 0x7f:
		what = fmt.Sprintf("“%c” is no hex digit", digit)
	case errors.As(err, &digit):
		what = "a character is no hex digit"
	case errors.Is(err, hex.ErrLength):
		what = "a byte has two hex digits, and one is missing"
	case errors.As(err, &times):
		what = "behind * there has to be how many times, as in 00*256"
	case errors.Is(err, dissect.ErrAbridged):
		what = "bytes are left out at the end; toString(\"hex\") prints all of them"
	case errors.As(err, &most):
		what = fmt.Sprintf("there are more than %d bytes", longestPaste)
	}
	var at *dissect.LineError
	if errors.As(err, &at) {
		what = fmt.Sprintf("Line %d: %s", at.Line, what)
	}
	return what + "."
}

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

package inspect

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// mostPacked is how often a file may be packed.
const mostPacked = 3

// foreign is files that are known and cannot be read, by their first bytes. No
// frame begins so: reserved bits are set, or opcodes that nobody has defined.
var foreign = map[string]string{
	"PK\x03\x04":        "a zip archive: unpack it first",
	"snoop\x00\x00\x00": "a capture of snoop: editcap -F pcap makes one of it that can be read",
	"\xa1\xb2\xcd\x34":  modifiedPcap,
	"\x34\xcd\xb2\xa1":  modifiedPcap,
	"\xff\xfe":          inUTF16,
	"\xfe\xff":          inUTF16,
}

const (
	modifiedPcap = "a pcap file of the modified kind: editcap -F pcap makes one of it that can be read"
	inUTF16      = "text in UTF-16: save it as UTF-8"
)

// How files begin that are unpacked, and text that says it is UTF-8.
const (
	gzipped = "\x1f\x8b"
	zstded  = "\x28\xb5\x2f\xfd"
	utf8BOM = "\xef\xbb\xbf"
)

// unpacked returns what is in r, unpacked if it is a file of gzip or zstd, and
// without the mark that text is UTF-8. close frees what that took. Of what is
// known but cannot be read the error says what it is.
func unpacked(r *bufio.Reader) (in *bufio.Reader, close func(), err error) {
	close = func() {}
	for range mostPacked {
		start, _ := r.Peek(len("snoop\x00\x00\x00"))
		begins := func(with string) bool { return strings.HasPrefix(string(start), with) }
		switch {
		case begins(gzipped):
			z, err := gzip.NewReader(r)
			if err != nil {
				return nil, close, fmt.Errorf("gzip: %w", err)
			}
			r = bufio.NewReaderSize(z, bufferSize)
		case begins(zstded):
			z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxInput))
			if err != nil {
				return nil, close, fmt.Errorf("zstd: %w", err)
			}
			before := close
			close = func() { z.Close(); before() }
			r = bufio.NewReaderSize(z, bufferSize)
		case begins(utf8BOM):
			r.Discard(len(utf8BOM))
			return r, close, nil
		default:
			return r, close, named(string(start))
		}
	}
	return nil, close, errors.New("packed too often")
}

// bufferSize is how much is read at once.
const bufferSize = 64 << 10

// named returns an error that names a foreign file, nil if it is none.
func named(start string) error {
	for magic, what := range foreign {
		if strings.HasPrefix(start, magic) {
			return errors.New("this is " + what)
		}
	}
	return nil
}

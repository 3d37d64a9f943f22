package connect

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"io"
	"strconv"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/websocket"
)

// framing are the flags that say where a message of stdin ends: at the end of a
// line if none of them is given.
type framing struct {
	delimiter   delimiter
	null, whole bool
}

func (f *framing) add(fs *flag.FlagSet) {
	fs.Var(&f.delimiter, "delimiter", "a message of stdin ends with this `string`, in place of a line's end; \\n, \\0, \\x1e and so on are\nunderstood")
	fs.BoolVar(&f.null, "null", false, "messages end with a zero byte in place of a line's end, on stdin and, as text or in hexadecimal,\non stdout")
	fs.BoolVar(&f.whole, "whole", false, "all of stdin is one message, newlines and all")
}

// lines reports whether messages are lines.
func (f *framing) lines() bool { return f.delimiter == "" && !f.null && !f.whole }

func (f *framing) check() error {
	if f.delimiter != "" && f.null || f.delimiter != "" && f.whole || f.null && f.whole {
		return command.BadUsage("-delimiter, -null and -whole do not go together")
	}
	return nil
}

// reader returns what reads messages of a type from stdin.
func (f *framing) reader(stdin io.Reader, typ websocket.Type) *messageReader {
	r := &messageReader{from: bufio.NewReaderSize(stdin, 64<<10), end: "\n", whole: f.whole}
	switch {
	case f.null:
		r.end = "\x00"
	case f.delimiter != "":
		r.end = string(f.delimiter)
	default:
		r.returns = typ == websocket.Text // whereas any byte of binary data may mean something
	}
	return r
}

// delimiter is a flag for a string with escapes.
type delimiter string

func (d *delimiter) String() string { return "" }

func (d *delimiter) Set(s string) error {
	var b []byte
	for s != "" {
		if rest, zero := strings.CutPrefix(s, `\0`); zero {
			b, s = append(b, 0), rest
			continue
		}
		r, multibyte, rest, err := strconv.UnquoteChar(s, 0)
		switch {
		case err != nil:
			return errors.New(`want a string with escapes such as \n, \0, \x1e and \\`)
		case multibyte:
			b = append(b, string(r)...)
		default:
			b = append(b, byte(r))
		}
		s = rest
	}
	if len(b) == 0 {
		return errors.New("want a string that is not empty")
	}
	*d = delimiter(b)
	return nil
}

// messageReader reads messages from a stream.
type messageReader struct {
	from    *bufio.Reader
	end     string // of a message
	returns bool   // a carriage return before it is no part of the message
	whole   bool   // all is one message
}

// next returns the next message. After the last one the error is io.EOF.
func (r *messageReader) next() ([]byte, error) {
	if r.whole {
		return r.all()
	}
	var text []byte
	for {
		part, err := r.from.ReadBytes(r.end[len(r.end)-1])
		text = append(text, part...)
		found := bytes.HasSuffix(text, []byte(r.end))
		if err != nil && len(text) == 0 {
			return nil, err
		}
		if found || err != nil { // which comes again
			return r.trim(text), nil
		}
	}
}

// all returns all there is, once.
func (r *messageReader) all() ([]byte, error) {
	if r.from == nil {
		return nil, io.EOF
	}
	text, err := io.ReadAll(r.from)
	r.from = nil
	return text, err
}

func (r *messageReader) trim(text []byte) []byte {
	text = bytes.TrimSuffix(text, []byte(r.end))
	if r.returns {
		text = bytes.TrimSuffix(text, []byte("\r"))
	}
	return text
}

// parseHex parses bytes in hexadecimal, with or without space between them.
func parseHex(text []byte) ([]byte, error) {
	p, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		return nil, errors.New("want bytes as two hexadecimal digits each, such as 00 ff")
	}
	return p, nil
}

package transcript

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/protocol"
)

// MagicSize is how many bytes Recognise wants to see.
const MagicSize = len(magic)

// Recognise reports whether a file that begins with b is a transcript.
func Recognise(b []byte) bool { return strings.HasPrefix(string(b), magic) }

// Reader reads a transcript. What it reads may come from anybody: it holds one
// line, which is bounded. Not safe for concurrent use.
type Reader struct {
	r      *bufio.Reader
	number int // of lines read
	err    error
}

// NewReader returns a reader of the transcript in r.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, maxLine)} }

// Next returns the next event, whose data is the caller's. After the last one
// the error is io.EOF, and io.ErrUnexpectedEOF if the last line is cut short.
// A line that means nothing is an error with its number. Every error is for
// good.
func (r *Reader) Next() (Event, error) {
	for r.err == nil {
		var line string
		if line, r.err = r.line(); r.err != nil {
			break
		}
		if line == "" || line[0] == '#' {
			continue
		}
		e, err := parse(line)
		if err == nil {
			return e, nil
		}
		r.err = fmt.Errorf("line %d: %w", r.number, err)
	}
	return Event{}, r.err
}

// line returns the next line, which is the first or follows that.
func (r *Reader) line() (string, error) {
	b, err := r.r.ReadSlice('\n')
	r.number++
	line := strings.TrimSpace(string(b))
	first := r.number == 1
	switch {
	case err == bufio.ErrBufferFull && !first:
		return "", fmt.Errorf("line %d: more than %d bytes", r.number, maxLine)
	case err == io.EOF && len(b) == 0 && !first:
		return "", io.EOF
	case err == io.EOF && !first:
		return "", fmt.Errorf("line %d: its line ending is missing: %w", r.number, io.ErrUnexpectedEOF)
	case err != nil && err != io.EOF && err != bufio.ErrBufferFull:
		return "", err
	case first && line != magic:
		return "", fmt.Errorf("no transcript: the first line is not %q", magic)
	}
	return line, nil
}

// parse returns the event that a line is.
func parse(line string) (e Event, err error) {
	at, rest := word(line)
	if e.At, err = parseTime(at); err != nil {
		return Event{}, err
	}
	conn, rest := word(rest)
	if e.Conn, err = strconv.Atoi(conn); err != nil || e.Conn < 1 {
		return Event{}, fmt.Errorf("%.20q is no number of a connection", conn)
	}
	what, rest := word(rest)
	switch what {
	case open:
		e.From, e.Note = protocol.Client, printable(rest)
		return e, nil
	case fromClient:
		e.From = protocol.Client
	case fromServer:
		e.From = protocol.Server
	default:
		return Event{}, fmt.Errorf("%.20q is neither open, > nor <", what)
	}
	rest, _, _ = strings.Cut(rest, "|")
	switch rest = strings.TrimSpace(rest); rest {
	case end:
		e.Kind = End
	case reset:
		e.Kind = Reset
	default:
		e.Kind = Bytes
		e.Data, err = parseHex(rest)
	}
	if err != nil {
		return Event{}, err
	}
	return e, nil
}

// word cuts the first word off a line.
func word(line string) (first, rest string) {
	first, rest, _ = strings.Cut(line, " ")
	return first, strings.TrimSpace(rest)
}

// parseTime reads seconds.
func parseTime(s string) (time.Duration, error) {
	whole, decimals, _ := strings.Cut(s, ".")
	at, err := time.ParseDuration(s + "s")
	if err != nil || strings.Trim(whole+decimals, "0123456789") != "" || len(decimals) > 6 {
		return 0, fmt.Errorf("%.20q is no time in seconds with six decimals at most", s)
	}
	return at, nil
}

// parseHex reads the bytes of a line.
func parseHex(s string) ([]byte, error) {
	data, err := fixture.ParseHex(strings.Fields(s), maxData)
	switch {
	case err != nil:
		return nil, err
	case len(data) == 0:
		return nil, errors.New("no bytes")
	}
	return data, nil
}

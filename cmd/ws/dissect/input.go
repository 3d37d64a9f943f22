package dissect

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/seed372fb791/rfc6455/internal/fixture"
)

// ParseInput reads the bytes that somebody has pasted: hex with or without
// spaces, commas, colons, dashes and 0x, with comments behind #, // or |; what
// xxd, hexdump -C and Wireshark print; bytes as programming languages print and
// write them, or base64. If some line begins as the bytes of a fixture do, with
// "<" or ">", only those in the direction of the first one count. More than most
// bytes are an error. Errors are of type *LineError.
func ParseInput(text string, most int) (all []byte, err error) {
	all, is, err := notated(text)
	switch {
	case !is:
		return parseHex(text, most)
	case err == nil && len(all) > most:
		err = fixture.TooManyError(most)
	}
	if err != nil {
		return nil, &LineError{1, err}
	}
	return all, nil
}

// parseHex reads hex.
func parseHex(text string, most int) (all []byte, err error) {
	lines := strings.Split(text, "\n")
	direction := ""
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" && (line[0] == '<' || line[0] == '>') {
			direction = line[:1]
			break
		}
	}
	dumped := dump.MatchString(text)
	for i, line := range lines {
		line, ok := strings.CutPrefix(strings.TrimSpace(line), direction)
		if !ok {
			continue
		}
		if dumped {
			line = undump(line)
		}
		b, err := ParseLine(line, most-len(all))
		if err != nil {
			return nil, &LineError{i + 1, err}
		}
		all = append(all, b...)
	}
	return all, nil
}

// LineError is why a line, of which the first is 1, cannot be read.
type LineError struct {
	Line int
	Err  error // as of fixture.ParseHex
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

func (e *LineError) Unwrap() error { return e.Err }

// dump is how hex dumps begin: with the offset of their first line. No frames
// do, but for an empty fragment and what goes on with it.
var dump = regexp.MustCompile(`^\s*(0x)?(0{4}|0{8}):? +[0-9a-fA-F]{2}`)

// undump takes off the line of a dump what stands before and behind the bytes:
// the offset, and the same as text.
func undump(line string) string {
	_, line, _ = strings.Cut(line, " ")
	line, _, _ = strings.Cut(strings.TrimLeft(line, " "), "   ")
	digits := 0
	var words []string
	for _, word := range strings.Fields(line) {
		if digits == 32 || len(word)%2 != 0 || strings.Trim(word, "0123456789abcdefABCDEF") != "" {
			break
		}
		words, digits = append(words, word), digits+len(word)
	}
	return strings.Join(words, " ")
}

// ParseLine reads the bytes of one line, as ParseInput does. "<" or ">" at its
// beginning does not matter.
func ParseLine(line string, most int) ([]byte, error) {
	return fixture.ParseHex(strings.Fields(clean(strings.TrimLeft(line, "<> \t"))), most)
}

var (
	comment   = regexp.MustCompile(`(#|//|\|).*`)
	separator = regexp.MustCompile(`[-,;:{}()\[\]"']|\b0[xX]|\\x`)
)

// clean takes off a line what is not hex.
func clean(line string) string {
	return separator.ReplaceAllString(comment.ReplaceAllString(line, ""), " ")
}

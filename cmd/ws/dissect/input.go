package dissect

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/seed372fb791/rfc6455/internal/fixture"
)

// ParseInput reads the bytes that somebody has pasted: hex with or without
// spaces, commas, colons and 0x, with comments behind #, // or |. If some line
// begins as the bytes of a fixture do, with "<" or ">", only those in the
// direction of the first one count. More than most bytes are an error.
func ParseInput(text string, most int) (all []byte, err error) {
	lines := strings.Split(text, "\n")
	direction := ""
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" && (line[0] == '<' || line[0] == '>') {
			direction = line[:1]
			break
		}
	}
	for i, line := range lines {
		line, ok := strings.CutPrefix(strings.TrimSpace(line), direction)
		if !ok {
			continue
		}
		b, err := ParseLine(line, most-len(all))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		all = append(all, b...)
	}
	return all, nil
}

// ParseLine reads the bytes of one line, as ParseInput does. "<" or ">" at its
// beginning does not matter.
func ParseLine(line string, most int) ([]byte, error) {
	return fixture.ParseHex(strings.Fields(clean(strings.TrimLeft(line, "<> \t"))), most)
}

var (
	comment   = regexp.MustCompile(`(#|//|\|).*`)
	separator = regexp.MustCompile(`[,;:{}()\[\]]|\b0[xX]|\\x`)
)

// clean takes off a line what is not hex.
func clean(line string) string {
	return separator.ReplaceAllString(comment.ReplaceAllString(line, ""), " ")
}

package report

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// Expectation is a file of known failures, line by line: the ID of a case, its
// verdict and, behind #, why. There may be empty lines, and lines with a comment
// alone.
//
//	6455-5.5.1-2/close-1-byte@whole fail  # bug 123
type Expectation struct {
	file  string
	lines []expected
	byID  map[string]*expected // comments are at ""
}

// expected is a line of the file. Its id is "" for a comment.
type expected struct {
	number  int
	text    string // as it stands there
	id      string
	verdict verdict.Verdict
	comment string // with its #, "" for none
}

// LineError says what is wrong with a line of a file of known failures.
type LineError struct {
	File    string
	Line    int
	Problem string
}

// Error gives file and line as compilers do.
func (e *LineError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Problem) }

// expectable are the verdicts that a file may list. A pass is expected of what
// it does not list; where there was no connection, nothing was found out.
var expectable = []verdict.Verdict{verdict.NonStrict, verdict.Fail, verdict.Unimplemented, verdict.Informational}

// ParseExpectation reads a file of known failures. The error joins a *LineError
// for each line that is wrong.
func ParseExpectation(file string, r io.Reader) (*Expectation, error) {
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	e := &Expectation{file: file, byID: make(map[string]*expected)}
	var wrong []error
	text := strings.TrimPrefix(string(content), "\ufeff")
	for line := range strings.Lines(text) {
		if err := e.add(strings.TrimRight(line, "\r\n\t ")); err != nil {
			wrong = append(wrong, err)
		}
	}
	for i := range e.lines {
		e.byID[e.lines[i].id] = &e.lines[i]
	}
	return e, errors.Join(wrong...)
}

// add adds a line.
func (e *Expectation) add(text string) error {
	l := expected{number: len(e.lines) + 1, text: text}
	said, _, commented := strings.Cut(text, "#")
	if commented {
		l.comment = text[len(said):]
	}
	words := strings.Fields(said)
	var err error
	if len(words) > 0 {
		err = e.entry(&l, words)
	}
	e.lines = append(e.lines, l)
	return err
}

// entry reads a line that is about a case.
func (e *Expectation) entry(l *expected, words []string) error {
	wrong := func(format string, args ...any) error {
		return &LineError{e.file, l.number, fmt.Sprintf(format, args...)}
	}
	if len(words) != 2 {
		return wrong("want the ID of a case, a verdict and perhaps # and a comment, got %q", strings.Join(words, " "))
	}
	id, v := words[0], verdict.Verdict(words[1])
	if i := slices.IndexFunc(e.lines, func(other expected) bool { return other.id == id }); i >= 0 {
		return wrong("%q is in line %d already", id, e.lines[i].number)
	}
	switch {
	case v == verdict.Pass:
		return wrong("cases that are not listed are expected to pass: leave out %q", id)
	case v == verdict.Error:
		return wrong("that there is no connection cannot be expected of %q", id)
	case !slices.Contains(expectable, v):
		return wrong("%q is none of the verdicts %q", v, expectable)
	}
	l.id, l.verdict = id, v
	return nil
}

// of returns the line about a case, nil if there is none.
func (e *Expectation) of(id string) *expected {
	if e == nil {
		return nil
	}
	return e.byID[id]
}

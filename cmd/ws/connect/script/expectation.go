package script

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed372fb791/rfc6455/websocket"
)

// expectation is what a message of a script has to be.
type expectation struct {
	text    string // that says it
	matches func(websocket.Message) bool
}

// wantMatch expects a text message in which a regular expression is found.
func wantMatch(expression string) (expectation, error) {
	found, err := regexp.Compile(expression)
	return expectation{"text with /" + expression + "/", func(m websocket.Message) bool {
		return m.Type == websocket.Text && found.Match(m.Data)
	}}, err
}

// wantJSON expects a text message that is the same as JSON, however it is
// written.
func wantJSON(text string) (expectation, error) {
	want, err := parseJSON([]byte(text))
	return expectation{"json " + text, func(m websocket.Message) bool {
		got, err := parseJSON(m.Data)
		return m.Type == websocket.Text && err == nil && sameJSON(got, want)
	}}, err
}

func parseJSON(text []byte) (value any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	return value, nil
}

// sameJSON compares values of parseJSON.
func sameJSON(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		return ok && sameNumber(string(a), string(b))
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, sameJSON)
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, value := range a {
			if other, ok := b[name]; !ok || !sameJSON(value, other) {
				return false
			}
		}
		return true
	}
	return a == b
}

// sameNumber compares integers digit by digit, and others, such as 1.0 and 1e0,
// as floating-point numbers.
func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	if !strings.ContainsAny(a+b, ".eE") {
		return false
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}

// shownBytes is how much of a message an error repeats, in bytes.
const shownBytes = 100

// show returns a message in the words of a script.
func show(m websocket.Message) string {
	start, more := m.Data[:min(len(m.Data), shownBytes)], ""
	if len(start) < len(m.Data) {
		more = fmt.Sprintf(" ... (%d bytes)", len(m.Data))
	}
	if m.Type == websocket.Binary {
		return fmt.Sprintf("binary % x%s", start, more)
	}
	return fmt.Sprintf("%q%s", start, more)
}

package script

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Step is a line of a script.
type Step struct {
	line int
	do   func(context.Context, *player) error
}

// Parse reads a script: lines that begin with one of the words below.
func Parse(from io.Reader) (steps []Step, err error) {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, command.MaxMessage)
	for number := 1; lines.Scan(); number++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(text, " ")
		parse := words[word]
		if parse == nil {
			return nil, fmt.Errorf("line %d: unknown word %q", number, word)
		}
		do, err := parse(strings.TrimSpace(rest))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		steps = append(steps, Step{number, do})
	}
	return steps, lines.Err()
}

// words are those that a line of a script can begin with. What follows them is
// parsed into what is to be done.
var words = map[string]func(rest string) (func(context.Context, *player) error, error){
	"send":    parseSend,
	"expect":  parseExpect,
	"ping":    parsePing,
	"close":   parseClose,
	"timeout": parseTimeout,
}

// parseSend parses: send "text", send binary 00 ff.
func parseSend(rest string) (func(context.Context, *player) error, error) {
	m, err := parseMessage(rest)
	return func(ctx context.Context, p *player) error { return p.conn.Write(ctx, m.Type, m.Data) }, err
}

// parseMessage parses: "text", binary 00 ff.
func parseMessage(text string) (websocket.Message, error) {
	if word, rest, _ := strings.Cut(text, " "); word == "binary" {
		data, err := fixture.ParseHex(strings.Fields(rest), command.MaxMessage)
		return websocket.Message{Type: websocket.Binary, Data: data}, err
	}
	if text == "" || text[0] != '"' {
		return websocket.Message{}, fmt.Errorf(`want a quoted "text" or binary and bytes in hex, not %q`, text)
	}
	data, err := fixture.ParseQuoted(text)
	return websocket.Message{Type: websocket.Text, Data: []byte(data)}, err
}

// parseExpect parses: expect "text", expect binary 00 ff, expect /regexp/,
// expect json {"a": 1}, expect close 1000.
func parseExpect(rest string) (func(context.Context, *player) error, error) {
	word, value, _ := strings.Cut(rest, " ")
	switch {
	case word == "close":
		code, err := parseCode(value)
		return func(ctx context.Context, p *player) error { return p.expectClose(ctx, code) }, err
	case word == "json":
		return parseExpectation(wantJSON(value))
	case len(rest) > 1 && rest[0] == '/' && rest[len(rest)-1] == '/':
		return parseExpectation(wantMatch(rest[1 : len(rest)-1]))
	}
	m, err := parseMessage(rest)
	return parseExpectation(expectation{show(m), func(got websocket.Message) bool {
		return got.Type == m.Type && bytes.Equal(got.Data, m.Data)
	}}, err)
}

func parseExpectation(want expectation, err error) (func(context.Context, *player) error, error) {
	return func(ctx context.Context, p *player) error { return p.expect(ctx, want) }, err
}

func parsePing(rest string) (func(context.Context, *player) error, error) {
	if rest != "" {
		return nil, fmt.Errorf("ping stands alone, without %q", rest)
	}
	return (func(ctx context.Context, p *player) error {
		_, err := p.conn.Ping(ctx, nil)
		return err
	}), nil
}

// parseClose parses: close 1000, close 1000 "reason".
func parseClose(rest string) (func(context.Context, *player) error, error) {
	number, quoted, _ := strings.Cut(rest, " ")
	code, err := parseCode(number)
	reason := ""
	if quoted != "" && err == nil {
		reason, err = fixture.ParseQuoted(strings.TrimSpace(quoted))
	}
	var refused *websocket.SendError
	if err == nil && errors.As(protocol.CheckClose(websocket.Client, code, reason), &refused) {
		err = errors.New(refused.Text)
	}
	return func(ctx context.Context, p *player) error { return p.conn.Close(ctx, code, reason) }, err
}

func parseCode(text string) (websocket.CloseCode, error) {
	code, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("want a close code such as 1000, not %q", text)
	}
	return websocket.CloseCode(code), nil
}

// parseTimeout parses: timeout 5s.
func parseTimeout(rest string) (func(context.Context, *player) error, error) {
	limit, err := time.ParseDuration(rest)
	if err != nil || limit <= 0 {
		err = errors.New("want a time such as 5s")
	}
	return func(_ context.Context, p *player) error { p.limit = limit; return nil }, err
}

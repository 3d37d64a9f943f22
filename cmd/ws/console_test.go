package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
)

func sortLines(s string) string {
	lines := strings.SplitAfter(s, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "")
}

func TestRender(t *testing.T) {
	for _, c := range []struct {
		name    string
		console *console
		typ     protocol.Type
		data    string
		want    string
	}{
		{"text to a pipe", &console{}, protocol.Text, "a\x1b\nb", "a\x1b\nb"},
		{"text to a terminal", &console{shown: true}, protocol.Text, "a\x1b[2J\nb\tc\r\x7f\u009bü🎉", "a\\x1b[2J\nb\tc\\x0d\\x7f\\x9bü🎉"},
		{"text under a prompt", &console{shown: true, prompted: true}, protocol.Text, "a\nb", "a\n  b"},
		{"binary to a pipe", &console{}, protocol.Binary, "\x00\xff", "00ff"},
		{"binary to a terminal", &console{shown: true}, protocol.Binary, "\x00\xff", "binary, 2 bytes: 00 ff"},
		{"no bytes to a terminal", &console{shown: true}, protocol.Binary, "", "binary, 0 bytes: "},
		{"many bytes to a terminal", &console{shown: true}, protocol.Binary, strings.Repeat("a", 33),
			"binary, 33 bytes:" + strings.Repeat(" 61", 32) + " ..."},
	} {
		m := protocol.Message{Type: c.typ, Data: []byte(c.data)}
		if got := string(c.console.render(m)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if string(m.Data) != c.data {
			t.Errorf("%s: the message was changed", c.name)
		}
	}
}

// TestTerminal is what a person sees who types at a terminal.
func TestTerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	_, address := serve(t)
	url := "ws://" + address + "/"
	p := startIn(t, environment{typed: true, shown: true}, "connect", url)
	p.stdout.wait(t, prompt)
	p.say("hello\n")
	p.stdout.wait(t, answer+"hello\n"+prompt)
	p.stdin.Close()
	status := <-p.ended
	if got := p.stderr.String(); status != 0 || got != "ws: connected to "+url+"\n" {
		t.Errorf("exit status %d, stderr %q", status, got)
	}
	got := p.stdout.String()
	// The prompt comes before or after the answer.
	before := wipeLine + prompt + wipeLine + prompt + wipeLine + answer + "hello\n" + prompt + wipeLine
	after := wipeLine + prompt + wipeLine + answer + "hello\n" + prompt + wipeLine + prompt + wipeLine
	if got != before && got != after {
		t.Errorf("stdout %q\nwant %q", got, before)
	}
}

func TestNoPromptOnADumbTerminal(t *testing.T) {
	t.Setenv("TERM", "dumb")
	_, address := serve(t)
	p := startIn(t, environment{typed: true, shown: true}, "connect", "ws://"+address+"/")
	p.say("hello\n")
	p.stdin.Close()
	p.want(0, "hello\n", "")
}

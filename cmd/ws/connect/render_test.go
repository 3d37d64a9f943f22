package connect

import (
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/connect/terminal"
	"github.com/seed372fb791/rfc6455/websocket"
)

func TestRender(t *testing.T) {
	shown, edited := looks{visible: true}, looks{visible: true, indent: terminal.Answer}
	deep := strings.Repeat("[", prettyDepth+1) + strings.Repeat("]", prettyDepth+1)
	for _, c := range []struct {
		name  string
		looks looks
		typ   websocket.Type
		data  string
		want  string
	}{
		{"text to a pipe", looks{}, websocket.Text, "a\x1b\nb", "a\x1b\nb\n"},
		{"text to a terminal", shown, websocket.Text, "a\x1b[2J\nb\tc\r\x7f\u009bü🎉", "a\\x1b[2J\nb\tc\\x0d\\x7f\\x9bü🎉\n"},
		{"text above a line", edited, websocket.Text, "a\nb", "< a\n  b\n"},
		{"coloured text", looks{visible: true, colour: true}, websocket.Text, "a", "\x1b[36ma\x1b[0m\n"},
		{"coloured binary", looks{visible: true, colour: true}, websocket.Binary, "a", "\x1b[33mbinary, 1 bytes: 61\x1b[0m\n"},
		{"binary to a pipe", looks{}, websocket.Binary, "\x00\xff", "00ff\n"},
		{"binary as it is", looks{raw: true}, websocket.Binary, "\x00\xff", "\x00\xff"},
		{"binary to a terminal", shown, websocket.Binary, "\x00\xff", "binary, 2 bytes: 00 ff\n"},
		{"no bytes to a terminal", shown, websocket.Binary, "", "binary, 0 bytes: \n"},
		{"many bytes to a terminal", shown, websocket.Binary, strings.Repeat("a", 33),
			"binary, 33 bytes:" + strings.Repeat(" 61", 32) + " ...\n"},
		{"in hexadecimal", looks{hex: true}, websocket.Text, "a\n", "610a\n"},
		{"all of it on a terminal", looks{hex: true, visible: true}, websocket.Binary, strings.Repeat("a", 33), strings.Repeat("61", 33) + "\n"},
		{"coloured hexadecimal", looks{hex: true, colour: true}, websocket.Binary, "a", "\x1b[33m61\x1b[0m\n"},
		{"before a zero byte", looks{null: true}, websocket.Text, "a\nb", "a\nb\x00"},
		{"as it is, before nothing", looks{raw: true, null: true}, websocket.Text, "a", "a"},
		{"JSON", looks{json: true}, websocket.Text, ` {"b":1.0e+2,"a":[12345678901234567890,"[{\""]}` + "\n",
			"{\n  \"b\": 1.0e+2,\n  \"a\": [\n    12345678901234567890,\n    \"[{\\\"\"\n  ]\n}\n"},
		{"JSON above a line", looks{json: true, visible: true, indent: terminal.Answer}, websocket.Text, `{"a":1}`, "< {\n    \"a\": 1\n  }\n"},
		{"no JSON", looks{json: true}, websocket.Text, `{"a":1`, "{\"a\":1\n"},
		{"a number", looks{json: true}, websocket.Text, "1.50", "1.50\n"},
		{"deep JSON", looks{json: true}, websocket.Text, deep, deep + "\n"},
		{"binary JSON", looks{json: true}, websocket.Binary, "{}", "7b7d\n"},
	} {
		m := websocket.Message{Type: c.typ, Data: []byte(c.data)}
		if got := string(c.looks.render(m)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if string(m.Data) != c.data {
			t.Errorf("%s: the message was changed", c.name)
		}
	}
}

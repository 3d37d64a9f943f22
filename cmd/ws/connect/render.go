package connect

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/websocket"
)

// looks is what messages look like.
type looks struct {
	raw     bool   // nothing but their bytes
	hex     bool   // text and binary in hexadecimal, all of it
	null    bool   // a zero byte at their end, in place of a newline
	visible bool   // for a terminal: control characters shown, binary cut short
	colour  bool   // with colours
	json    bool   // JSON indented
	indent  string // before a message; lines after its first are indented as far
}

// The colours, as parameters of SGR.
const (
	textColour   = "36" // cyan
	binaryColour = "33" // yellow
	noteColour   = "90" // grey
)

func paint(colour, text string) string { return "\x1b[" + colour + "m" + text + "\x1b[0m" }

// capable reports whether terminals here obey control sequences.
func capable() bool {
	name := os.Getenv("TERM")
	return name != "" && name != "dumb"
}

// colourful reports whether the user of a terminal wants colours.
func colourful() bool { return capable() && os.Getenv("NO_COLOR") == "" }

// render returns what is printed of a message, which may alias its data.
func (l looks) render(m websocket.Message) []byte {
	if l.raw {
		return m.Data
	}
	text, colour := m.Data, textColour
	switch {
	case l.hex:
		text = hex.AppendEncode(nil, m.Data)
		if m.Type == websocket.Binary {
			colour = binaryColour
		}
	case m.Type == websocket.Binary:
		text, colour = l.binary(m.Data), binaryColour
	case l.json:
		text = pretty(m.Data)
	}
	if l.visible {
		text = visible(text, len(l.indent))
	}
	if l.colour {
		text = []byte(paint(colour, string(text)))
	}
	end := byte('\n')
	if l.null {
		end = 0
	}
	return append(append([]byte(l.indent), text...), end)
}

// binaryStart is how many bytes of a binary message a terminal is shown.
const binaryStart = 32

func (l looks) binary(data []byte) []byte {
	if !l.visible {
		return hex.AppendEncode(nil, data)
	}
	start := data[:min(len(data), binaryStart)]
	b := fmt.Appendf(nil, "binary, %d bytes: % x", len(data), start)
	if len(start) < len(data) {
		b = append(b, " ..."...)
	}
	return b
}

// visible returns text without control characters that do something to a
// terminal. Lines after the first are indented.
func visible(text []byte, indent int) []byte {
	b := make([]byte, 0, len(text))
	for _, r := range string(text) {
		switch {
		case r == '\n':
			b = append(append(b, '\n'), bytes.Repeat([]byte(" "), indent)...)
		case r == '\t':
			b = append(b, '\t')
		case r < ' ' || r >= 0x7f && r < 0xa0:
			b = fmt.Appendf(b, `\x%02x`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// Bounds of what is indented: a message of brackets would become many times as
// long.
const (
	prettyBytes = 1 << 20
	prettyDepth = 32
)

// pretty returns JSON indented, anything else as it is. Numbers and the order of
// members stay as they are.
func pretty(text []byte) []byte {
	if len(text) > prettyBytes || depth(text) > prettyDepth {
		return text
	}
	var b bytes.Buffer
	if json.Indent(&b, bytes.TrimSpace(text), "", "  ") != nil {
		return text
	}
	return b.Bytes()
}

// depth returns how deep the arrays and objects of JSON are nested.
func depth(text []byte) (most int) {
	now, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			now++
			most = max(most, now)
		case c == ']' || c == '}':
			now--
		}
	}
	return most
}

package dissect

import (
	"encoding/base64"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/protocol"
)

// ErrAbridged says that a language has not printed all bytes.
var ErrAbridged = errors.New("not all bytes are printed (\"more bytes\", \"more items\"): print them in hex, as toString(\"hex\") does")

// abridged is how Node ends what it does not print whole.
var abridged = regexp.MustCompile(`\.\.\. \d+ more (bytes|items?)`)

// notated reads bytes as programming languages print and write them: arrays,
// strings with escapes, what Node calls a Buffer, and base64. It reports whether
// text is such.
func notated(text string) (b []byte, is bool, err error) {
	text = strings.TrimSpace(text)
	if abridged.MatchString(text) {
		return nil, true, ErrAbridged
	}
	for _, read := range []func(string) ([]byte, bool){hexArray, decimalArray, quoted, fromBase64} {
		if b, is = read(text); is {
			return b, true, nil
		}
	}
	return nil, false, nil
}

// nodeHex is what Node prints of a Buffer, and of an ArrayBuffer.
var nodeHex = regexp.MustCompile(`(?:<Buffer|\[Uint8Contents\]: <)([0-9a-f\s]*)>`)

// hexes is an array of bytes in hex, with whatever stands before it; hexByte is
// one of them.
var (
	hexes   = regexp.MustCompile(`^[\w\s.*&:=()\[\]]*[\[{(]\s*((?:(?:\(byte\)\s*)?0[xX][0-9a-fA-F]{1,2}[\s,]*)+)[\s\]});]*$`)
	hexByte = regexp.MustCompile(`0[xX]([0-9a-fA-F]{1,2})`)
)

// hexArray reads []byte{0x81, 0x5} of Go and its like in other languages, and
// what Node prints of a Buffer.
func hexArray(text string) (b []byte, ok bool) {
	var words []string
	if m := nodeHex.FindStringSubmatch(text); m != nil {
		words, ok = strings.Fields(m[1]), true
	} else if m := hexes.FindStringSubmatch(text); m != nil {
		ok = true
		for _, one := range hexByte.FindAllStringSubmatch(m[1], -1) {
			words = append(words, one[1])
		}
	}
	for _, word := range words {
		n, err := strconv.ParseUint(word, 16, 8)
		if err != nil {
			return nil, false
		}
		b = append(b, byte(n))
	}
	return b, ok
}

// decimals is an array of bytes in decimal, with whatever stands before it.
var decimals = regexp.MustCompile(`^[^#|]*?([\[{])\s*(-?\d{1,3}(?:[\s,]+-?\d{1,3})*)[,\s]*[\]}][\]}\s;),>]*$`)

// decimalArray reads [129 5] of Go, [129, 5] of Python, JavaScript and JSON, and
// [-127, 5] of Java. What can be hex as well is that unless it makes no frame.
func decimalArray(text string) (b []byte, ok bool) {
	m := decimals.FindStringSubmatch(text)
	if m == nil || m[1] == "{" && !strings.Contains(m[2], ",") {
		return nil, false
	}
	var asHex []byte
	words := strings.FieldsFunc(m[2], func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) })
	for _, word := range words {
		n, err := strconv.Atoi(word)
		if err != nil || n < -128 || n > 255 || len(word) > 1 && word[0] == '0' {
			return nil, false
		}
		b = append(b, byte(n))
		if h, err := strconv.ParseUint(word, 16, 8); err == nil && len(word) == 2 {
			asHex = append(asHex, byte(h))
		}
	}
	return b, len(asHex) < len(words) || plausibleStart(b) || !plausibleStart(asHex)
}

// plausibleStart reports whether frames or HTTP begin as b does.
func plausibleStart(b []byte) bool {
	h, _, _ := protocol.ParseHeader(append(b[:min(len(b), 1):1], 0))
	_, known := opcodes[h.Opcode]
	return len(b) > 0 && (known && h.RSV&^rsv1 == 0 || IsHead(b))
}

// literal is the beginning of a string in a program.
var literal = regexp.MustCompile(`^(?:[\w\s.*&:=\[\]]*[=(]\s*|\[\]byte\()?([bB]?)["']`)

// quoted reads strings with escapes, as C, Go, JavaScript and Python have them.
// Several in a row are one.
func quoted(text string) (b []byte, ok bool) {
	m := literal.FindStringSubmatchIndex(text)
	if m == nil {
		return nil, false
	}
	isBytes := m[3] > m[2]
	if !isBytes && !strings.Contains(text, `\`) {
		return nil, false // it may have hex in it
	}
	for rest := text[m[1]-1:]; len(rest) > 0 && (rest[0] == '"' || rest[0] == '\''); {
		var one []byte
		one, rest = unquote(rest[1:], rest[0])
		b = append(b, one...)
		rest = strings.TrimLeft(rest, " \t\r\n+\\bB")
	}
	return b, true
}

// unquote reads up to the quote that ends a string, and returns what follows.
func unquote(s string, quote byte) (b []byte, rest string) {
	for len(s) > 0 && s[0] != quote {
		if s[0] != '\\' || len(s) == 1 {
			b, s = append(b, s[0]), s[1:]
			continue
		}
		b, s = unescape(b, s[1:])
	}
	return b, s[min(len(s), 1):]
}

// Escapes of one character, and how many digits others have.
const (
	escapes   = `abfnrtve"'\?0`
	escaped   = "\a\b\f\n\r\t\v\x1b\"'\\?\x00"
	octDigits = "01234567"
)

// unescape appends what the escape at the beginning of s means, of which the
// backslash is gone.
func unescape(b []byte, s string) (to []byte, rest string) {
	three := s[:min(len(s), 3)]
	if digits := len(three) - len(strings.TrimLeft(three, octDigits)); digits > 0 {
		n, _ := strconv.ParseUint(s[:digits], 8, 16)
		return append(b, byte(n)), s[digits:]
	}
	if digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[0]]; digits > 0 && len(s) > digits {
		if n, err := strconv.ParseUint(s[1:1+digits], 16, 32); err == nil {
			if digits == 2 {
				return append(b, byte(n)), s[3:]
			}
			return utf8.AppendRune(b, rune(n)), s[1+digits:]
		}
	}
	if i := strings.IndexByte(escapes, s[0]); i >= 0 {
		return append(b, escaped[i]), s[1:]
	}
	return append(b, '\\'), s // as Python has it
}

// base64Text is text in base64, of either alphabet.
var base64Text = regexp.MustCompile(`^["']?([A-Za-z0-9+/_-]{3,}={0,2})["']?$`)

// fromBase64 reads base64, if frames or HTTP begin as the bytes do: many words
// are base64, too.
func fromBase64(text string) (b []byte, ok bool) {
	m := base64Text.FindStringSubmatch(strings.Join(strings.Fields(text), ""))
	if m == nil || strings.Trim(m[1], "0123456789abcdefABCDEF") == "" { // it is hex
		return nil, false
	}
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(m[1], "="))
	b, err := base64.RawStdEncoding.DecodeString(plain)
	return b, err == nil && plausibleStart(b)
}

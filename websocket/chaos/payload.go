package chaos

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/websocket"
)

// id names a message: who sent it, and its number among those of the goroutine.
type id struct {
	end, routine uint8
	seq          uint16
}

// idSize is the number of bytes of an id at the start of a message. Shorter
// messages are anonymous: they are only counted.
const idSize = 8

// String returns the id as it stands in messages, such as S0200a1:.
func (i id) String() string { return fmt.Sprintf("%c%02x%04x:", "SC"[i.end], i.routine, i.seq) }

// parseID reads the id at the start of a message, behind the quote of one in
// JSON.
func parseID(p []byte) (i id, ok bool) {
	if len(p) > idSize && p[0] == '"' {
		p = p[1:]
	}
	if len(p) < idSize || p[0] != 'S' && p[0] != 'C' || p[7] != ':' {
		return id{}, false
	}
	n, err := strconv.ParseUint(string(p[1:7]), 16, 32)
	if p[0] == 'C' {
		i.end = client
	}
	i.routine, i.seq = uint8(n>>16), uint16(n)
	return i, err == nil
}

// form is how the bytes of a message are made.
type form uint8

const (
	formBinary form = iota
	formText
	formJSON // text, a string in quotes
)

func (f form) wire() websocket.Type {
	if f == formBinary {
		return websocket.Binary
	}
	return websocket.Text
}

// minJSON is the size of the shortest message in JSON.
const minJSON = idSize + 2

// The bytes of messages repeat with a period that is no size of any buffer, so
// that a piece in the wrong place shows. Half of the binary ones do not compress.
const period = 99991

var (
	noise = randomBytes()
	words = makeWords("lorem", "ipsum", "dolor", "sit", "amet", "consectetur")
	runes = makeWords("straße", "ñandú", "日本語", "😀", "plain", "Ω", "x")
)

func randomBytes() []byte {
	r := rand.New(rand.NewPCG(1, 1))
	p := make([]byte, period)
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	return p
}

// makeWords returns random words, period bytes in all.
func makeWords(list ...string) []byte {
	r := rand.New(rand.NewPCG(2, 2))
	var p []byte
	for {
		w := list[r.IntN(len(list))] + " "
		if len(p)+len(w) > period {
			return append(p, slices.Repeat([]byte{'.'}, period-len(p))...)
		}
		p = append(p, w...)
	}
}

// appendPayload appends the message of that name, form and size.
func appendPayload(dst []byte, i id, f form, size int) []byte {
	switch {
	case size < idSize:
		return append(dst, "~~~~~~~"[:size]...)
	case f == formJSON:
		return append(appendBody(append(dst, '"'), i, f, size-2), '"')
	}
	return appendBody(dst, i, f, size)
}

// appendBody appends the id and size bytes in all.
func appendBody(dst []byte, i id, f form, size int) []byte {
	block := words
	switch {
	case f == formBinary && i.seq%2 == 0:
		block = noise
	case f == formText:
		block = runes
	}
	at := (int(i.seq)*7919 + int(i.routine)*104729 + int(i.end)*31337) % period
	for f == formText && !utf8.RuneStart(block[at]) {
		at++
	}
	length := len(dst) + size
	dst = append(slices.Grow(dst, size), i.String()...)
	for len(dst) < length {
		dst = append(dst, block[at:min(period, at+length-len(dst))]...)
		at = 0
	}
	if f == formText {
		dotHalfRune(dst)
	}
	return dst
}

// dotHalfRune puts dots for the last character if it was cut.
func dotHalfRune(p []byte) {
	last := len(p) - 1
	for !utf8.RuneStart(p[last]) {
		last--
	}
	for i := last; i < len(p) && !utf8.Valid(p[last:]); i++ {
		p[i] = '.'
	}
}

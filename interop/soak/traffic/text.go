package traffic

import (
	"math/rand/v2"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/websocket"
)

// book is where the contents of all messages are copied from: half of it
// compresses well, as text does.
type book struct{ text, binary []byte }

// longest is the most bytes of a message.
const longest = 512 << 10

func newBook(seed uint64) *book {
	r := rand.New(rand.NewPCG(seed, 0))
	words := []string{"frame", "payload", "masking key", "Schließen", "握手", "ping", "pong", "\n", "🙂", "0x81", ",", "."}
	var text []byte
	for len(text) < 2*longest {
		text = append(append(text, words[r.IntN(len(words))]...), ' ')
	}
	binary := make([]byte, 2*longest)
	for i := range binary {
		binary[i] = byte(r.Uint32())
		if i > longest {
			binary[i] &= 3
		}
	}
	return &book{text, binary}
}

// message returns a message of about n bytes, which must not be changed.
func (b *book) message(r *rand.Rand, n int) websocket.Message {
	from := r.IntN(longest)
	if r.IntN(2) == 0 {
		return websocket.Message{Type: websocket.Binary, Data: b.binary[from : from+n]}
	}
	return websocket.Message{Type: websocket.Text, Data: b.text[b.border(from):b.border(from+n)]}
}

// border returns where the character at i begins.
func (b *book) border(i int) int {
	for !utf8.RuneStart(b.text[i]) {
		i--
	}
	return i
}

// length is that of a message: most are short.
func length(r *rand.Rand) int {
	switch n := r.IntN(100); {
	case n < 60:
		return r.IntN(200)
	case n < 90:
		return r.IntN(8 << 10)
	case n < 99:
		return r.IntN(64 << 10)
	}
	return r.IntN(longest)
}

// Package load makes a server echo and tells what that cost it.
//
// The frames to be sent are masked beforehand and sent again and again, the
// answers are counted in bytes, and nothing waits asleep for them: the server
// never pays for waking its client. The first answers of every connection and
// one more at the end, to another message, are compared byte by byte. Compressed
// messages are compressed beforehand, too, and the answers to them counted in
// messages: with context takeover no answer is as long as the one before.
package load

import (
	"math/rand/v2"

	"github.com/seed372fb791/rfc6455/mask"
	"github.com/seed372fb791/rfc6455/protocol"
)

// message is what is sent and what has to come back.
type message struct {
	frame  []byte // masked
	answer []byte
}

// newMessage returns a message of size bytes. Each variant has others.
func newMessage(typ protocol.Opcode, size int, variant uint64) message {
	payload := make([]byte, 0, size)
	random := rand.New(rand.NewPCG(uint64(size), variant))
	if typ == protocol.OpText {
		payload = appendText(payload, random)
	}
	for len(payload) < size && typ == protocol.OpBinary {
		payload = append(payload, byte(random.Uint32()))
	}
	h := protocol.Header{Fin: true, Opcode: typ, Length: uint64(len(payload))}
	answer := append(protocol.AppendHeader(nil, h), payload...)
	return message{maskedFrame(h, payload), answer}
}

// maskedFrame returns a frame as a client sends it.
func maskedFrame(h protocol.Header, payload []byte) []byte {
	h.Masked, h.Key, h.Length = true, mask.Key{0x37, 0xfa, 0x21, 0x3d}, uint64(len(payload))
	frame := protocol.AppendHeader(nil, h)
	head := len(frame)
	frame = append(frame, payload...)
	mask.XOR(frame[head:], h.Key, 0)
	return frame
}

// appendText fills the capacity of b with words of several scripts: characters
// of one to four bytes.
func appendText(b []byte, random *rand.Rand) []byte {
	characters := []rune("abc déf жук 漢字 かな 한글 😀🚀 ")
	for {
		c := string(characters[random.IntN(len(characters))])
		if len(b)+len(c) > cap(b) {
			break
		}
		b = append(b, c...)
	}
	for len(b) < cap(b) {
		b = append(b, '.')
	}
	return b
}

package dissect

import (
	"fmt"
	"strings"

	"github.com/seed372fb791/rfc6455/internal/fixture"
	"github.com/seed372fb791/rfc6455/protocol"
)

// rsv1 is the bit of Header.RSV that permessage-deflate uses.
const rsv1 = 4

// payloadName is the figure's name of all that follows the header.
const payloadName = "Payload Data"

// frameFields returns the fields of a frame whose header has n bytes, by the
// figure of section 5.2.
func frameFields(p *Part, n int, deflate bool) []Field {
	h := p.Header
	f := fields{p: p}
	f.add(finField(h.Fin))
	for i := range 3 {
		f.add(rsvField(i, h, deflate))
	}
	f.add(opcodeField(h.Opcode))
	f.add(maskField(h.Masked, p.From))
	size := n - 2
	if h.Masked {
		size -= len(h.Key)
	}
	f.add(lengthField(h.Length, size))
	if size > 0 {
		f.add(Field{Name: "Extended payload length", Bits: 8 * size, Value: fmt.Sprint(h.Length),
			Meaning: "The payload has " + describeLength(h.Length) + ", without the masking key.", Section: "5.2", Rules: []string{"6455-5.2-10", "6455-5.2-12"}})
	}
	if h.Masked {
		f.add(Field{Name: "Masking-key", Bits: 8 * len(h.Key), Value: fmt.Sprintf("% x", h.Key[:]),
			Meaning: "Byte i of the payload is masked by XOR with byte i modulo 4 of this key.", Section: "5.3", Rules: []string{"6455-5.3-3", "6455-5.3-6"}})
	}
	f.payload()
	return f.all
}

// fields are those of p so far.
type fields struct {
	p   *Part
	all []Field
	bit int // where the next one begins
}

func (f *fields) add(one Field) {
	one.Bit = f.bit
	f.bit += one.Bits
	f.all = append(f.all, one)
}

func finField(fin bool) Field {
	f := Field{Name: "FIN", Bits: 1, Value: "0", Meaning: "More frames of this message follow.", Section: "5.2", Rules: []string{"6455-5.2-2"}}
	if fin {
		f.Value, f.Meaning = "1", "This is the last frame of its message."
	}
	return f
}

func rsvField(i int, h protocol.Header, deflate bool) Field {
	f := Field{Name: fmt.Sprintf("RSV%d", i+1), Bits: 1, Value: "0", Meaning: "Not set: no extension says anything by it.", Section: "5.2", Rules: []string{"6455-5.2-4"}}
	if h.RSV&(rsv1>>i) == 0 {
		return f
	}
	f.Value, f.Meaning, f.Rules = "1", "Set, although no extension defines what it means here.", []string{"6455-5.2-5"}
	if deflate && i == 0 && !h.Opcode.IsControl() && h.Opcode != protocol.OpContinuation {
		f.Meaning, f.Section, f.Rules = "The message is compressed by permessage-deflate.", "7692:6", []string{"7692-6-2"}
	}
	return f
}

// opcodes says what the defined ones mean, and where that is defined.
var opcodes = map[protocol.Opcode]Field{
	protocol.OpContinuation: {Meaning: "The frame goes on with the message that has begun.", Section: "5.4", Rules: []string{"6455-5.4-4", "6455-5.4-5"}},
	protocol.OpText:         {Meaning: "The frame begins a message of text, which is UTF-8.", Section: "5.6", Rules: []string{"6455-5.6-3"}},
	protocol.OpBinary:       {Meaning: "The frame begins a message of any bytes.", Section: "5.6", Rules: []string{"6455-5.6-4"}},
	protocol.OpClose:        {Meaning: "The closing handshake: nothing follows but the other side's Close.", Section: "5.5.1", Rules: []string{"6455-5.5.1-8", "6455-5.5.1-9"}},
	protocol.OpPing:         {Meaning: "A sign of life that asks for one in return.", Section: "5.5.2", Rules: []string{"6455-5.5.2-3"}},
	protocol.OpPong:         {Meaning: "The answer to a Ping, with the same data, or a sign of life unasked.", Section: "5.5.3", Rules: []string{"6455-5.5.3-2", "6455-5.5.3-4"}},
}

func opcodeField(o protocol.Opcode) Field {
	f, ok := opcodes[o]
	f.Name, f.Bits, f.Value = "opcode", 4, fmt.Sprintf("%#x %v", uint8(o), o)
	if !ok {
		f.Value, f.Meaning, f.Section, f.Rules = fmt.Sprintf("%#x", uint8(o)), "Reserved: no extension defines it.", "5.2", []string{"6455-5.2-6"}
	}
	return f
}

func maskField(masked bool, from protocol.Role) Field {
	f := Field{Name: "MASK", Bits: 1, Value: "0", Meaning: "The payload is not masked", Section: "5.1"}
	if masked {
		f.Value, f.Meaning = "1", "The payload is masked, a key stands before it"
	}
	if from == protocol.Client {
		f.Rules = []string{"6455-5.1-1", "6455-5.1-3"}
	} else {
		f.Rules = []string{"6455-5.1-5", "6455-5.1-6"}
	}
	if masked == (from == protocol.Client) {
		f.Meaning += fmt.Sprintf(", as in every frame of a %v.", from)
	} else {
		f.Meaning += fmt.Sprintf(", although a %v sent it.", from)
	}
	return f
}

// lengthField is about the 7 bits that size bytes of length follow.
func lengthField(length uint64, size int) Field {
	f := Field{Name: "Payload len", Bits: 7, Section: "5.2", Rules: []string{"6455-5.2-10"}}
	switch size {
	case 0:
		f.Value, f.Meaning = fmt.Sprint(length), "The payload has "+describeLength(length)+"."
	case 2:
		f.Value, f.Meaning = "126", "The length stands in the next 16 bits."
	default:
		f.Value, f.Meaning = "127", "The length stands in the next 64 bits."
	}
	return f
}

// payload adds the fields of what follows the header.
func (f *fields) payload() {
	p := f.p
	data := Field{Name: payloadName, Bits: 8 * len(p.Payload), Value: describeBytes(len(p.Payload)), Section: "5.2", Rules: []string{"6455-5.2-14"}}
	switch {
	case len(p.Payload) == 0:
		return
	case p.Header.Opcode == protocol.OpClose:
		f.closePayload()
		return
	case p.Compressed:
		data.Meaning, data.Section, data.Rules = "Data of a compressed message.", "7692:7.2.2", []string{"7692-7.2.2-1", "7692-7.2.2-2"}
	case p.Header.Opcode.IsControl():
		data.Meaning = "Application data, which a Pong repeats."
	case p.Type == protocol.Text:
		data.Meaning, data.Section, data.Rules = "Text, or a piece of it.", "5.6", []string{"6455-5.6-2", "6455-8.1-1"}
	default:
		data.Meaning = "Application data."
	}
	if p.Header.Masked {
		data.Meaning += " It is masked on the wire."
	}
	if !p.Whole {
		data.Meaning += fmt.Sprintf(" Of %s the others are missing.", describeLength(p.Header.Length))
	}
	f.add(data)
}

// closePayload adds the fields of a Close frame's payload.
func (f *fields) closePayload() {
	b := f.p.Payload
	if len(b) == 1 {
		f.add(Field{Name: statusCode, Bits: 8, Value: fmt.Sprintf("%#02x", b[0]), Meaning: "Half a status code.", Section: "5.5.1", Rules: []string{"6455-5.5.1-4"}})
		return
	}
	code := protocol.CloseCode(uint16(b[0])<<8 | uint16(b[1]))
	meaning := "Why the connection is closed."
	if !code.Valid() {
		meaning = "A code that may not stand in a Close frame."
	}
	f.add(Field{Name: statusCode, Bits: 16, Value: code.String(), Meaning: meaning, Section: "7.4", Rules: []string{"6455-5.5.1-3"}})
	if len(b) > 2 {
		f.add(Field{Name: reason, Bits: 8 * (len(b) - 2), Value: fixture.Quote(b[2:]), Meaning: "The same in words, for people who look for a fault.",
			Section: "5.5.1", Rules: []string{"6455-5.5.1-5", "6455-5.5.1-6"}})
	}
}

const (
	statusCode = "Status code"
	reason     = "Reason"
)

// describeLength gives a number of bytes in words.
func describeLength(n uint64) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

func describeBytes(n int) string { return describeLength(uint64(n)) }

// bits returns the field's bits: in binary, or in hex if they are whole bytes.
func (f *Field) bits(b []byte) string {
	if f.Bit%8 == 0 && f.Bits%8 == 0 {
		return fmt.Sprintf("% x", b[f.Bit/8:(f.Bit+f.Bits)/8])
	}
	var s strings.Builder
	for i := f.Bit; i < f.Bit+f.Bits; i++ {
		s.WriteByte('0' + b[i/8]>>(7-i%8)&1)
	}
	return s.String()
}

// Picture shows where the bits of f are in the bytes of p: within one byte as
// in "1... ....", of whole bytes the first ones in hex.
func (p *Part) Picture(f Field) string {
	const most = 4
	if f.Bit%8 == 0 && f.Bits%8 == 0 {
		b := p.Bytes[f.Bit/8 : (f.Bit+f.Bits)/8]
		if len(b) > most {
			return fmt.Sprintf("% x…", b[:most])
		}
		return fmt.Sprintf("% x", b)
	}
	dots := []byte("........")
	copy(dots[f.Bit%8:], f.bits(p.Bytes))
	return string(dots[:4]) + " " + string(dots[4:])
}

package load

import (
	"math/rand/v2"
	"strconv"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/interop/compare/deflate"
	"github.com/seed372fb791/rfc6455/protocol"
)

// circleSize is how many messages are sent in turn. With 1 KiB each they are
// twice what the largest window holds: none comes again while it is there.
const circleSize = 64

// circle is messages of JSON that go out compressed, again and again.
type circle struct {
	params handshake.Deflate
	plain  [][]byte
	frames [][]byte
}

func newCircle(size int, params handshake.Deflate) *circle {
	c := &circle{params: params}
	for i := range circleSize {
		plain := newJSON(size, uint64(i))
		h := protocol.Header{Fin: true, RSV: rsv1, Opcode: protocol.OpText}
		c.plain = append(c.plain, plain)
		c.frames = append(c.frames, maskedFrame(h, deflate.Compress(plain, params.ClientMaxWindowBits)))
	}
	return c
}

const rsv1 = 4 // of Header.RSV: the message is compressed

// inflater returns one that has seen the answers to so many messages.
func (c *circle) inflater(messages int) *deflate.Inflater {
	in := deflate.NewInflater(c.params)
	for i := max(0, messages-circleSize); i < messages; i++ {
		in.Remember(c.plain[i%circleSize])
	}
	return in
}

// newJSON returns size bytes of what a server may have to report: records with
// the same names and other values. The last one is cut off.
func newJSON(size int, variant uint64) []byte {
	random := rand.New(rand.NewPCG(uint64(size), variant))
	cities := []string{"Lisbon", "Zurich", "Reykjavik", "Nairobi", "Kyoto", "Montreal", "Wellington", "Quito"}
	b := []byte(`{"page":`)
	b = strconv.AppendUint(b, variant, 10)
	b = append(b, `,"readings":[`...)
	for id := variant * 100; len(b) < size; id++ {
		b = append(b, `{"id":`...)
		b = strconv.AppendUint(b, 70_000+id, 10)
		b = append(b, `,"station":"`...)
		b = append(b, cities[random.IntN(len(cities))]...)
		b = append(b, `","celsius":`...)
		b = strconv.AppendFloat(b, random.Float64()*60-20, 'f', 1, 64)
		b = append(b, `,"pressure":`...)
		b = strconv.AppendInt(b, 980+int64(random.IntN(60)), 10)
		b = append(b, `,"raining":`...)
		b = strconv.AppendBool(b, random.IntN(3) == 0)
		b = append(b, `,"at":"2026-05-`...)
		b = strconv.AppendInt(b, 10+int64(random.IntN(20)), 10)
		b = append(b, `T`...)
		b = strconv.AppendInt(b, 10+int64(random.IntN(14)), 10)
		b = append(b, `:30:00Z"},`...)
	}
	return b[:size]
}

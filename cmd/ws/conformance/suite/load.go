package suite

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// load is messages that are made up as they are sent: count of them, one after
// the other, each sent once the one before has come back.
type load struct {
	text     bool
	kind     string // what it looks like, a key of looks
	size     int64  // of a message, in bytes
	fragment int    // bytes of payload in a frame, 0 for one frame
	chop     int    // bytes in a write, 0 for largeWrite
	count    int
	seed     uint64

	block []byte // repeats itself in a message
}

// looks are how loads look, from what is easy to compress to what is not.
var looks = map[string][]string{
	"json":    {`{"id": 12345678,`, `"name": "Grüße",`, `"lat": 48.85341,`, `"ok": true    },`, `"tags": ["a"], `, ` "next": null }`},
	"markup":  {`<p class="text">`, `<a href="#top"> `, `the next chapter`, `</a></p><hr><br>`, `&nbsp;&lt;&gt; `, `<td>1234567</td>`},
	"prose":   {"the sea was calm", " and the wind lay", " dow, für die Zei", "t; others went by", " night to the qu", "ay, singing low "},
	"picture": nil, // neighbours resemble each other
	"noise":   nil, // nothing resembles anything
}

// cell is what messages are made of: as many bytes of whole characters, so that
// a text may end at each.
const cell = 16

// cells is how many there are before a message repeats itself.
const cells = 1 << 12

// parseLoad reads the words behind generate: text 4MiB fragment 64 count 1000
// seed 1.
func parseLoad(spec string) (*load, error) {
	fields := strings.Fields(spec)
	if len(fields) < 2 || len(fields)%2 != 0 {
		return nil, errors.New("want text or binary, a size, and pairs such as count 10")
	}
	l := &load{text: fields[0] == "text", kind: "prose", count: 1, seed: 1}
	if !l.text && fields[0] != "binary" {
		return nil, fmt.Errorf("%q is neither text nor binary", fields[0])
	}
	size, err := parseSize(fields[1])
	if err != nil {
		return nil, err
	}
	l.size = size
	for pair := range slices.Chunk(fields[2:], 2) {
		if err := l.set(pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	if l.text && (l.size%cell != 0 || l.kind == "noise" || l.kind == "picture") {
		return nil, fmt.Errorf("text is json, markup or prose, of a multiple of %d bytes", cell)
	}
	return l, nil
}

func (l *load) set(name, value string) (err error) {
	var n int64
	switch name {
	case "of":
		if _, ok := looks[value]; !ok {
			return fmt.Errorf("nothing looks like %q", value)
		}
		l.kind = value
		return nil
	case "fragment", "chop", "count":
		n, err = parseSize(value)
	case "seed":
		l.seed, err = strconv.ParseUint(value, 10, 64)
		return err
	default:
		return fmt.Errorf("unknown word %q", name)
	}
	if err == nil && (n < 1 || n > 1<<30) {
		err = fmt.Errorf("%s is out of range", value)
	}
	*map[string]*int{"fragment": &l.fragment, "chop": &l.chop, "count": &l.count}[name] = int(n)
	return err
}

// mostSize bounds the messages of a load.
const mostSize = 1 << 40

// parseSize reads a number of bytes, as in 64KiB.
func parseSize(s string) (int64, error) {
	digits, shift := s, 0
	for unit, by := range map[string]int{"KiB": 10, "MiB": 20, "GiB": 30} {
		if rest, ok := strings.CutSuffix(s, unit); ok {
			digits, shift = rest, by
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > mostSize>>shift {
		return 0, fmt.Errorf("%q is no size such as 64KiB", s)
	}
	return n << shift, nil
}

// String returns the load as the word generate has it.
func (l *load) String() string {
	kind := "binary"
	if l.text {
		kind = "text"
	}
	s := fmt.Sprintf("%s %d of %s", kind, l.size, l.kind)
	for _, f := range []struct {
		name  string
		value int
	}{{"fragment", l.fragment}, {"chop", l.chop}, {"count", l.count}} {
		if f.value > 1 {
			s += fmt.Sprintf(" %s %d", f.name, f.value)
		}
	}
	return s
}

// fill makes the block, unless there is one.
func (l *load) fill() {
	if l.block != nil {
		return
	}
	r := rand.New(rand.NewPCG(l.seed, uint64(l.size)))
	l.block = make([]byte, 0, cells*cell)
	for level := byte(0); len(l.block) < cap(l.block); {
		switch words := looks[l.kind]; {
		case words != nil:
			l.block = append(l.block, fit(words[r.IntN(len(words))])...)
		case l.kind == "picture":
			level += byte(r.IntN(5)) - 2
			l.block = append(l.block, level)
		default:
			l.block = append(l.block, byte(r.Uint32()))
		}
	}
}

// fit returns a word as a cell of whole characters.
func fit(word string) string {
	for len(word) > cell {
		runes := []rune(word)
		word = string(runes[:len(runes)-1])
	}
	return word + strings.Repeat(" ", cell-len(word))
}

// message returns what the i-th message holds. Neighbours differ.
func (l *load) message(i int) content {
	l.fill()
	from := int64(i*7%cells) * cell
	return content{l.text, l.size, func(offset int64) []byte {
		return l.block[(from+offset)%int64(len(l.block)):]
	}}
}

// largeWrite is how many bytes of a load are written at once.
const largeWrite = 64 << 10

// frames returns the bytes of a message, in pieces of at most largeWrite bytes
// that are good until the next one, cut as the load says.
func (l *load) frames(c content, d *deflater, head func(h header, n int) header) iter.Seq[[]byte] {
	if d != nil {
		packed := d.deflate(c.bytes())
		c = content{c.text, int64(len(packed)), func(offset int64) []byte { return packed[offset:] }}
	}
	h := header{opcode: opBinary}
	if c.text {
		h.opcode = opText
	}
	if d != nil {
		h.rsv = rsv1
	}
	write := largeWrite
	if l.chop > 0 {
		write = l.chop
	}
	return func(yield func([]byte) bool) {
		out := &chunker{size: write, yield: yield}
		step := c.size
		if l.fragment > 0 {
			step = int64(l.fragment)
		}
		for from := int64(0); ; from += step {
			n := min(step, c.size-from)
			h.fin = from+n == c.size
			if !out.frame(head(h, int(n)), c, from, n) || h.fin {
				break
			}
			h = header{opcode: opContinuation}
		}
		out.flush()
	}
}

// chunker gathers bytes into chunks of a size.
type chunker struct {
	size  int
	buf   []byte
	yield func([]byte) bool
	over  bool
}

// frame adds a frame whose payload is n bytes of c.
func (k *chunker) frame(h header, c content, from, n int64) bool {
	k.add(appendHead(nil, h, uint64(n)))
	for done := int64(0); done < n && !k.over; {
		p := c.at(from + done)
		p = p[:min(int64(len(p)), n-done, largeWrite)]
		at := len(k.buf)
		k.buf = append(k.buf, p...)
		if h.masked {
			unmask(k.buf[at:], h.key, int(done&3))
		}
		done += int64(len(p))
		k.drain()
	}
	return !k.over
}

func (k *chunker) add(p []byte) {
	k.buf = append(k.buf, p...)
	k.drain()
}

// drain gives away whole chunks.
func (k *chunker) drain() {
	at := 0
	for ; len(k.buf)-at >= k.size && !k.over; at += k.size {
		k.over = !k.yield(k.buf[at : at+k.size])
	}
	k.buf = append(k.buf[:0], k.buf[at:]...)
}

func (k *chunker) flush() {
	if len(k.buf) > 0 && !k.over {
		k.yield(k.buf)
	}
}

package suite

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// utf8Group is byte strings that are UTF-8 or not, sent as a text message each.
// The groups and their order are those of the Autobahn suite, which has them
// from Markus Kuhn's decoder stress test; what is in them follows from RFC 3629.
type utf8Group struct {
	number  string // of the Autobahn suite
	name    string
	title   string
	strings []string
}

var utf8Groups = []utf8Group{
	{"6.5", "valid", "a character of each length between ASCII", []string{"hello\u0024world", "hello\u00a2world", "hello\u20acworld", "hello\U00024b62world", greek}},
	{"6.6", "prefix", "a prefix of a word, cut at each byte", prefixes(greek)},
	{"6.7", "first", "the first character of a length", []string{"\x00", "\u0080", "\u0800", "\U00010000"}},
	{"6.8", "first-long", "the first sequence of five and six bytes, which are none", []string{"\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80"}},
	{"6.9", "last", "the last character of a length", []string{"\x7f", "\u07ff", "\uffff", "\U0010ffff"}},
	{"6.10", "last-long", "the last sequence of four, five and six bytes, which are none", []string{"\xf7\xbf\xbf\xbf", "\xfb\xbf\xbf\xbf\xbf", "\xfd\xbf\xbf\xbf\xbf\xbf"}},
	{"6.11", "border", "around the surrogates and the highest character", []string{"\ud7ff", "\ue000", "\ufffd", "\U0010ffff", "\xf4\x90\x80\x80"}},
	{"6.12", "continuation", "continuation bytes without a first one", continuations()},
	{"6.13", "lonely", "first bytes, each before a space", []string{lonely(0xc0, 0xdf), lonely(0xe0, 0xef), lonely(0xf0, 0xf7), lonely(0xf8, 0xfb), lonely(0xfc, 0xfd)}},
	{"6.14", "cut", "a character without its last byte", cutCharacters},
	{"6.15", "cut-all", "characters without their last bytes, one after the other", []string{strings.Join(cutCharacters, "")}},
	{"6.16", "impossible", "bytes that no character has", []string{"\xfe", "\xff", "\xfe\xfe\xff\xff"}},
	{"6.17", "overlong-slash", "a slash in more bytes than it needs", []string{"\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf8\x80\x80\x80\xaf", "\xfc\x80\x80\x80\x80\xaf"}},
	{"6.18", "overlong-last", "the highest character that needs a byte less", []string{"\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf8\x87\xbf\xbf\xbf", "\xfc\x83\xbf\xbf\xbf\xbf"}},
	{"6.19", "overlong-nul", "NUL in more bytes than it needs", []string{"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf8\x80\x80\x80\x80", "\xfc\x80\x80\x80\x80\x80"}},
	{"6.20", "surrogate", "a single surrogate", []string{high[0], high[1], high[2], high[3], low[0], "\xed\xbe\x80", low[1]}},
	{"6.21", "surrogates", "two surrogates as in UTF-16", pairs()},
	{"6.22", "noncharacter", "a character that is none in Unicode, but UTF-8", noncharacters()},
	{"6.23", "special", "a character of the specials", []string{"\ufff9", "\ufffa", "\ufffb", "\ufffc", "\ufffd", "\ufffe", "\uffff"}},
}

const greek = "\u03ba\u1f79\u03c3\u03bc\u03b5"

var (
	high = []string{"\xed\xa0\x80", "\xed\xad\xbf", "\xed\xae\x80", "\xed\xaf\xbf"} // U+D800, DB7F, DB80, DBFF
	low  = []string{"\xed\xb0\x80", "\xed\xbf\xbf"}                                 // U+DC00, DFFF

	cutCharacters = []string{
		"\xc0", "\xe0\x80", "\xf0\x80\x80", "\xf8\x80\x80\x80", "\xfc\x80\x80\x80\x80",
		"\xdf", "\xef\xbf", "\xf7\xbf\xbf", "\xfb\xbf\xbf\xbf", "\xfd\xbf\xbf\xbf\xbf",
	}
)

func prefixes(s string) (all []string) {
	for i := range len(s) {
		all = append(all, s[:i+1])
	}
	return all
}

func continuations() (all []string) {
	all = append(all, "\x80", "\xbf")
	for n := 2; n <= 6; n++ {
		all = append(all, strings.Repeat("\x80\xbf", 3)[:n])
	}
	var each strings.Builder
	for b := 0x80; b <= 0xbf; b++ {
		each.WriteByte(byte(b))
	}
	return append(all, each.String())
}

func lonely(first, last byte) string {
	var b strings.Builder
	for c := first; c <= last; c++ {
		b.Write([]byte{c, ' '})
	}
	return b.String()
}

func pairs() (all []string) {
	for _, h := range high {
		for _, l := range low {
			all = append(all, h+l)
		}
	}
	return all
}

// noncharacters are the last two of each plane.
func noncharacters() (all []string) {
	for plane := rune(0); plane <= 0x10; plane++ {
		all = append(all, string(plane<<16|0xfffe), string(plane<<16|0xffff))
	}
	return all
}

// utf8 adds the cases of the groups.
func (l *loader) utf8() {
	for _, g := range utf8Groups {
		for i, s := range g.strings {
			p := &parser{peer: l.peer, bare: true, key: defaultKey}
			p.title = fmt.Sprintf("UTF-8: %s: %+q.", g.title, s)
			p.numbers = []number{{fmt.Sprintf("%s.%d", g.number, i+1), whole.name}}
			t := turn{pieces: []piece{{frames: [][]byte{appendFrame(nil, header{fin: true, opcode: opText}, []byte(s))}}}}
			if p.rules = []string{"6455-5.6-3"}; utf8.ValidString(s) {
				t.messages = []content{contentOf(true, s)}
			} else {
				p.rules = []string{"6455-8.1-1", "6455-5.6-3"}
				t.end = failure(1007, "6455-8.1-1")
			}
			p.turns = []turn{t}
			if err := p.cut(); err != nil {
				panic(err) // a single frame that is complete
			}
			l.add(fmt.Sprintf("utf8-%s-%d", g.name, i+1), p)
		}
	}
}

package utf8_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	std "unicode/utf8"

	"github.com/seed372fb791/rfc6455/internal/oracle"
	"github.com/seed372fb791/rfc6455/internal/utf8"
)

// checks are all ways to check a piece of text.
var checks = []struct {
	name string
	f    func(p []byte, s utf8.State) (good int, next utf8.State)
}{
	{"Check", utf8.Check},
	{"plain Go", utf8.Scan},
}

// agree fails the test unless all checks, and the standard library, agree on p.
func agree(t *testing.T, p []byte) {
	t.Helper()
	want, valid := oracle.FirstBad(p), std.Valid(p)
	for _, check := range checks {
		good, s := check.f(p, utf8.State(0))
		if good != want {
			t.Fatalf("%s: first bad byte %d, want %d: % x", check.name, good, want, p)
		}
		if whole := good == len(p) && s.Complete(); whole != valid {
			t.Fatalf("%s: valid %v: % x", check.name, whole, p)
		}
	}
	if utf8.Valid(p) != valid || utf8.ValidString(string(p)) != valid {
		t.Fatalf("Valid %v, ValidString %v: % x", utf8.Valid(p), utf8.ValidString(string(p)), p)
	}
}

// scripts have characters of one, two, three and four bytes, the last of all.
var scripts = map[string]string{
	"ascii":    "plain old text, ",
	"cyrillic": "Ещё немного текста, ",
	"cjk":      "世界人权宣言，",
	"emoji":    "🙂🚀🌍✨",
	"mixed":    "a߿ࠀ퟿\uffff𐀀\U0010ffff—",
}

// write returns n bytes of a script, whose last character may be cut.
func write(script string, n int) []byte {
	return []byte(strings.Repeat(script, n/len(script)+1)[:n])
}

// All lengths, which cut characters too.
//
//rfc:6455-8.1-1 6455-5.6-2
func TestLengths(t *testing.T) {
	for _, script := range scripts {
		for n := range 301 {
			agree(t, write(script, n))
		}
	}
}

// borders are the bytes around which the grammar makes a difference.
var borders = []byte{0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf,
	0xe0, 0xe1, 0xed, 0xee, 0xf0, 0xf1, 0xf4, 0xf5}

// A place is a text with a gap.
type place struct {
	text []byte
	gap  int // where it is
}

// places are gaps of n bytes at every step-th offset up to 70, among ASCII and
// among other text.
func places(n, step int) (all []place) {
	for offset := 0; offset <= 70; offset += step {
		for _, script := range []string{"x", "ж世🙂"} {
			around := strings.Repeat(script, 70/len(script)+1)
			before := strings.ToValidUTF8(around[len(around)-offset:], "x")
			before = strings.Repeat("x", offset-len(before)) + before
			all = append(all, place{[]byte(before + string(make([]byte, n)) + around), offset})
		}
	}
	return all
}

// try fails the test unless all checks find out about p in the gaps.
func try(t *testing.T, p []byte, places []place) {
	t.Helper()
	bad := oracle.FirstBad(append(p[:len(p):len(p)], 'x')) // as with all that is after a gap
	for _, place := range places {
		copy(place.text[place.gap:], p)
		want := len(place.text)
		if bad <= len(p) {
			want = place.gap + bad
		}
		for _, check := range checks {
			good, s := check.f(place.text, utf8.State(0))
			if good != want || good == len(place.text) && !s.Complete() {
				t.Fatalf("%s: first bad byte %d, want %d: % x", check.name, good, want, place.text)
			}
		}
	}
}

// All that may be of one, two and three bytes, and of four where it makes a
// difference. What makes none is in one place only, and plain Go, for which a
// place is like another, gets some of it.
//
//rfc:6455-8.1-1
func TestSequences(t *testing.T) {
	step := 1
	if !utf8.HasVectors {
		step = 11
	}
	one, two, three, four := places(1, step), places(2, step), places(3, step), places(4, step)
	for a := range 256 {
		try(t, []byte{byte(a)}, one)
		for b := range 256 {
			i := (a + b) % len(two)
			try(t, []byte{byte(a), byte(b)}, two[i:i+1])
			for c := b % step; c < 256; c += step {
				i := (a + b + c) % len(three)
				try(t, []byte{byte(a), byte(b), byte(c)}, three[i:i+1])
			}
		}
	}
	for _, a := range borders {
		for _, b := range borders {
			try(t, []byte{a, b}, two)
			for _, c := range borders {
				try(t, []byte{a, b, c}, three)
				for _, d := range []byte{0x7f, 0x80, 0xbf, 0xc2} {
					try(t, []byte{a, b, c, d}, four)
				}
			}
		}
	}
}

// Text with a few bytes changed.
//
//rfc:6455-8.1-1
func TestMutations(t *testing.T) {
	for name, script := range scripts {
		random := rand.New(rand.NewPCG(3629, uint64(len(name))))
		for range 5000 {
			p := write(script, 1+random.IntN(400))
			for range 1 + random.IntN(3) {
				p[random.IntN(len(p))] = borders[random.IntN(len(borders))]
			}
			agree(t, p)
		}
	}
}

// Wherever a text is cut in two, its first bad byte is the same.
//
//rfc:6455-8.1-1 6455-5.6-2
func TestSplits(t *testing.T) {
	for _, script := range scripts {
		for bad := range 160 {
			p := write(script, 160)
			if bad > 0 { // once none
				p[bad] = 0xff
			}
			splits(t, p)
		}
	}
}

func splits(t *testing.T, p []byte) {
	t.Helper()
	want, valid := oracle.FirstBad(p), std.Valid(p)
	for cut := range len(p) + 1 {
		for _, check := range checks {
			good, s := check.f(p[:cut], utf8.State(0))
			if good == cut {
				good, s = check.f(p[cut:], s)
				good += cut
			}
			if good != want || valid != (good == len(p) && s.Complete()) {
				t.Fatalf("%s, cut at %d: first bad byte %d, want %d: % x", check.name, cut, good, want, p)
			}
		}
	}
}

// A text is checked alike wherever it begins in memory.
func TestAlignment(t *testing.T) {
	for _, script := range scripts {
		p := write(script, 400)
		for start := range 64 {
			agree(t, p[start:start+200])
		}
	}
}

func forScripts(b *testing.B, f func(b *testing.B, text []byte)) {
	for _, name := range []string{"ascii", "cyrillic", "cjk", "emoji"} {
		for _, n := range []int{16, 125, 1 << 10, 64 << 10} {
			text := []byte(strings.ToValidUTF8(string(write(scripts[name], n)), "~"))
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				f(b, text)
			})
		}
	}
}

func BenchmarkValid(b *testing.B) {
	forScripts(b, func(b *testing.B, text []byte) {
		for b.Loop() {
			if !utf8.Valid(text) {
				b.Fatal("not UTF-8")
			}
		}
	})
}

// The yardstick.
func BenchmarkUnicodeValid(b *testing.B) {
	forScripts(b, func(b *testing.B, text []byte) {
		for b.Loop() {
			if !std.Valid(text) {
				b.Fatal("not UTF-8")
			}
		}
	})
}

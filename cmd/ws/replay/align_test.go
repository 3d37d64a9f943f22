package replay

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// letters returns an answer for each letter.
func letters(s string) (all []answer) {
	for _, letter := range strings.Split(s, "") {
		all = append(all, answer{what: letter})
	}
	return all
}

// kept returns the letters that were aligned, if they are the same and in order.
func kept(want, got []answer, pairs []pair) (string, error) {
	var s strings.Builder
	last := pair{-1, -1}
	for _, p := range pairs {
		switch {
		case p.want <= last.want || p.got <= last.got:
			return "", fmt.Errorf("%v after %v", p, last)
		case !same(want[p.want], got[p.got]):
			return "", fmt.Errorf("%v: %q, %q", p, want[p.want].what, got[p.got].what)
		}
		last = p
		s.WriteString(want[p.want].what)
	}
	return s.String(), nil
}

func TestAlign(t *testing.T) {
	for _, c := range []struct{ want, got, kept string }{
		{"", "", ""},
		{"a", "", ""},
		{"", "a", ""},
		{"a", "b", ""},
		{"abc", "abc", "abc"},
		{"abc", "xabc", "abc"},
		{"abc", "babc", "abc"},
		{"abc", "abcx", "abc"},
		{"abc", "ac", "ac"},
		{"abc", "axc", "ac"},
		{"abcabba", "cbabac", "baba"},
		{"abcdefgh", "hgfedcba", "h"},
	} {
		want, got := letters(c.want), letters(c.got)
		if s, err := kept(want, got, align(want, got)); err != nil || len(s) != len(c.kept) {
			t.Errorf("%s and %s: %q, %v, want one such as %q", c.want, c.got, s, err, c.kept)
		}
	}
}

// longest returns how long a longest common subsequence is, in the plain way.
func longest(a, b []answer) int {
	row := make([]int, len(b)+1)
	for i := range a {
		next := make([]int, len(b)+1)
		for j := range b {
			next[j+1] = max(row[j+1], next[j])
			if same(a[i], b[j]) {
				next[j+1] = row[j] + 1
			}
		}
		row = next
	}
	return row[len(b)]
}

func TestAlignIsLongest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func() (all []answer) {
		for range random.IntN(30) {
			all = append(all, answer{what: string(rune('a' + random.IntN(4)))})
		}
		return all
	}
	for range 2000 {
		a, b := some(), some()
		if s, err := kept(a, b, align(a, b)); err != nil || len(s) != longest(a, b) {
			t.Fatalf("%v and %v: %q, %v, want %d letters", a, b, s, err, longest(a, b))
		}
	}
}

// However much differs, it takes little, and what is the same after it is found.
func TestAlignMuch(t *testing.T) {
	var want, got []answer
	for i := range 20000 {
		want = append(want, answer{what: fmt.Sprint("want", i)})
		got = append(got, answer{what: fmt.Sprint("got", i)})
	}
	end := letters("abc")
	for _, extra := range []int{0, 300} {
		pairs := align(append(slices.Clip(want), end...), append(slices.Clip(got[extra:]), end...))
		if len(pairs) != len(end) {
			t.Errorf("%d more on one side: %d are the same", extra, len(pairs))
		}
	}
}

// What stands between answers that are the same is told in pairs, then what is
// left.
func TestCompare(t *testing.T) {
	for _, c := range []struct{ want, got, lines string }{
		{"abc", "abc", ""},
		{"abc", "axc", "2 1 answer 2 differs: want b, got x\n"},
		{"abcd", "axyd", "2 1 answer 2 differs: want b, got x\n3 1 answer 3 differs: want c, got y\n"},
		{"abcd", "axd", "2 1 answer 2 differs: want b, got x\n3 1 answer 3 is missing: c\n"},
		{"abcd", "ad", "2 1 answers 2 to 3 are missing: b and 1 more\n"},
		{"abc", "xabc", "0 1 after answer 0, new: x\n"},
		{"abc", "abxyzc", "2 1 after answer 2, new: x and 2 more\n"},
		{"abc", "axybc", "1 1 after answer 1, new: x and 1 more\n"},
		{"abc", "abcx", "3 1 after answer 3, new: x\n"},
	} {
		var lines strings.Builder
		talk := &talk{Replay: &Replay{Lines: &lines}, number: 1, want: letters(c.want), got: letters(c.got)}
		for i := range talk.want {
			talk.want[i].at = time.Duration(i+1) * time.Second
		}
		talk.compare()
		if diff := cmp.Diff(c.lines, strings.ReplaceAll(lines.String(), ".000000", "")); diff != "" {
			t.Errorf("%s, %s: %s", c.want, c.got, diff)
		}
	}
}

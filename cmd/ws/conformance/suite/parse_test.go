package suite

import (
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

const exampleFixture = `
# A message around a Ping, a pause,
# and the beginning of a frame that is too long.
rfc     6455-5.4-7 6455-5.5-2
side    both
key     01020304
autobahn 5.6 5.7@framewise
< 01 01 61            | text len=1 "a"
< 89 00
pause   5ms
< 80 01 62
event   text "a"
event   ping ""
event   text fin "b"
> 8a 00
send    text "ab"
> 81 02 61 62
# not of the title
< 89 7e 00 7e 00*2
fail    1002 6455-5.5-2
state   failed
`

func TestParse(t *testing.T) {
	for peer, masked := range map[protocol.Role]bool{protocol.Server: true, protocol.Client: false} {
		p, skip, err := parse(exampleFixture, peer)
		if err != nil || skip != "" {
			t.Fatal(err, skip)
		}
		frames := []string{"\x01\x01a", "\x89\x00", "\x80\x01b", "\x89\x7e\x00\x7e\x00\x00"}
		if masked {
			frames = []string{"\x01\x81\x01\x02\x03\x04\x60", "\x89\x80\x01\x02\x03\x04", "\x80\x81\x01\x02\x03\x04\x63", "\x89\xfe\x00\x7e\x01\x02\x03\x04\x01\x02"}
		}
		var got []string
		for _, turn := range p.turns {
			for _, piece := range turn.pieces {
				for _, f := range piece.frames {
					got = append(got, string(f))
				}
			}
		}
		if strings.Join(got, "|") != strings.Join(frames, "|") {
			t.Errorf("for a %v the frames are %q, want %q", peer, got, frames)
		}
		if rest := 124; len(p.rest) != rest {
			t.Errorf("the last frame lacks %d bytes, not %d", rest, len(p.rest))
		}
		first, last := p.turns[0], p.turns[1]
		switch {
		case p.title != "A message around a Ping, a pause, and the beginning of a frame that is too long.":
			t.Errorf("the title is %q", p.title)
		case len(first.pieces) != 2 || first.pieces[1].pause != 5*time.Millisecond:
			t.Errorf("the pieces are %v", first.pieces)
		case len(first.messages) != 1 || first.messages[0].String() != `text "ab"` || len(first.pongs) != 1:
			t.Errorf("due is %v, %q", first.messages, first.pongs)
		case last.end.how != failed || last.end.codes[0] != 1002 || last.end.rule != "6455-5.5-2":
			t.Errorf("the end is %+v", last.end)
		case len(p.numbers) != 2 || p.numbers[1] != number{"5.7", "framewise"}:
			t.Errorf("the numbers are %v", p.numbers)
		}
	}
}

// What cannot be played from outside is skipped, what has no meaning is an error.
func TestParseRefuses(t *testing.T) {
	const echo = "< 81 00\nevent text fin \"\"\n"
	for name, tt := range map[string]struct {
		content   string
		skip, err bool
	}{
		"played":           {echo, false, false},
		"compressed":       {"deflate client_max_window_bits=9\n< c1 01 00\nevent text fin \"\"\n", false, false},
		"generated":        {"generate text 64KiB fragment 1KiB count 3 seed 9\n", false, false},
		"a limit met":      {"< 81 00\nfail 1009 6455-10.4-3 Options.MaxMessage\n", false, false},
		"for clients":      {"side client\n" + echo, true, false},
		"a limit":          {"limit MaxMessage 10\n" + echo, true, false},
		"sends":            {"send text \"x\"\n", true, false},
		"sends no echo":    {echo + "send text \"x\"\n", true, false},
		"closes":           {"close 1000\n", true, false},
		"nothing":          {"", true, false},
		"unknown word":     {"wait\n", false, true},
		"unknown side":     {"side left\n", false, true},
		"unknown event":    {"< 81 00\nevent texts \"\"\n", false, true},
		"unknown rule":     {"rfc 6455" + "-5.5-99\n" + echo, false, true},
		"unknown variant":  {"autobahn 1.1.1@slow\n" + echo, false, true},
		"unknown failure":  {"< 81 00\nfail 1002 6455" + "-5.5-99\n", false, true},
		"bad parameter":    {"deflate window\n" + echo, false, true},
		"bad hex":          {"< 8\n", false, true},
		"bad key":          {"key 01\n", false, true},
		"bad data":         {"< 81 00\nevent text \"\n", false, true},
		"bad code":         {"< 81 00\nfail x 6455-5.2-5\n", false, true},
		"bad repetition":   {"< 81*x\n", false, true},
		"too much":         {"< 00*9999999\n", false, true},
		"bad pause":        {"pause soon\n" + echo, false, true},
		"no pause":         {"pause 0s\n" + echo, false, true},
		"bad chop":         {"chop 0\n" + echo, false, true},
		"bad size":         {"generate text 64kB\n", false, true},
		"text cut":         {"generate text 65535\n", false, true},
		"text of noise":    {"generate text 64KiB of noise\n", false, true},
		"unknown kind":     {"generate texts 64KiB\n", false, true},
		"unknown look":     {"generate text 64KiB of poems\n", false, true},
		"unknown pair":     {"generate text 64KiB speed 3\n", false, true},
		"no pair":          {"generate text 64KiB count\n", false, true},
		"no count":         {"generate text 64KiB count 0\n", false, true},
		"in the next turn": {"< 81 02 61\nevent ping \"\"\n< 62\n", false, true},
	} {
		_, skip, err := parse("rfc 6455-5.4-7\nside both\n"+tt.content, protocol.Server)
		if (skip != "") != tt.skip || (err != nil) != tt.err {
			t.Errorf("%s: skipped for %q, error %v", name, skip, err)
		}
	}
	if _, _, err := parse("side both\n"+echo, protocol.Server); err == nil {
		t.Error("no error without rules")
	}
}

// A file that is cut anywhere is an error or a shorter one.
func TestParseCut(t *testing.T) {
	for i := range len(exampleFixture) {
		parse(exampleFixture[:i], protocol.Server) // must not fall over
	}
}

// All that stands in testdata is played for some role, or it is known why not.
func TestAllFixtures(t *testing.T) {
	played := map[string]bool{}
	why := map[string]string{}
	for _, peer := range []protocol.Role{protocol.Server, protocol.Client} {
		l := loader{peer: peer}
		for folder, read := range map[string]func(string, string) (string, error){
			"frames": l.script, "dialogues": l.script, "cases": l.script, "handshakes": l.opening,
		} {
			if err := l.folder(folder, read); err != nil {
				t.Fatal(err)
			}
		}
		ids := map[string]bool{}
		for _, c := range l.cases {
			if ids[c.ID] || c.Title == "" {
				t.Errorf("%s is there twice, or has no title", c.ID)
			}
			ids[c.ID], played[c.name] = true, true
		}
		for path, skip := range l.skipped {
			if why[path] == "" || strings.HasPrefix(why[path], otherRole) {
				why[path] = skip
			}
		}
	}
	reasons := map[string]int{}
	for path, skip := range why {
		name := strings.TrimSuffix(path[strings.Index(path, "/")+1:], ".txt")
		name = strings.Replace(strings.Replace(name, "server-", "opening-", 1), "client-", "opening-", 1)
		if !played[name] {
			reasons[skip]++
		}
		if strings.HasPrefix(skip, otherRole) && !played[name] && !played[strings.TrimPrefix(name, "opening-")] {
			t.Errorf("%s is played for no role", path)
		}
	}
	if len(reasons) != 8 || reasons["the peer would have to send of its own accord"] == 0 {
		t.Errorf("not played: %v", reasons)
	}
}

const otherRole = "it is for the role"

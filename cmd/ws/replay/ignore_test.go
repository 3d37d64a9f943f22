package replay

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
)

// ignoring returns an Ignore of members and a pattern, of which some may be "".
func ignoring(t *testing.T, members, pattern string) *Ignore {
	t.Helper()
	var g Ignore
	for s := range strings.FieldsSeq(members) {
		m, err := ParseMember(s)
		if err != nil {
			t.Fatal(err)
		}
		g.Members = append(g.Members, m)
	}
	if pattern != "" {
		g.Patterns = append(g.Patterns, regexp.MustCompile(pattern))
	}
	return &g
}

func TestIgnore(t *testing.T) {
	for _, c := range []struct{ members, pattern, data, want string }{
		{"", "", `{"id": 1}`, `{"id": 1}`},
		{"id", "", `{"id": 1}`, `{"id": …}`},
		{"id", "", ` { "id" : [1, {"a":2}] , "b":3 } `, ` { "id" : … , "b":3 } `},
		{"id", "", `[{"id":"x\"y"},{"a":{"id":null}},{"id":-1.5e9}]`, `[{"id":…},{"a":{"id":…}},{"id":…}]`},
		{"id", "", `{"Id": 1, "idx": 2, "id": 1e999, "id": 3}`, `{"Id": 1, "idx": 2, "id": …, "id": …}`},
		{".id", "", `{"id": 1, "a": {"id": 2}}`, `{"id": …, "a": {"id": 2}}`},
		{".a.id", "", `{"id": 1, "a": {"id": 2}}`, `{"id": 1, "a": {"id": …}}`},
		{".items.*.t", "", `{"items": [{"t":1,"u":2},{"t":3}], "t":4}`, `{"items": [{"t":…,"u":2},{"t":…}], "t":4}`},
		{".1 time", "", `["join", "7", {"time": 3}]`, `["join", …, {"time": …}]`},
		{"a.b", "", `{"a.b": 1, "a": {"b": 2}}`, `{"a.b": …, "a": {"b": 2}}`},
		{"id", "", `5`, `5`},
		{"id", "", `{"id": 1`, `{"id": 1`},
		{"id", "", strings.Repeat("[", 1<<20), strings.Repeat("[", 1<<20)},
		{"ü", "", `{"ü":"世"}`, `{"ü":…}`},
		{"", `\d+`, `at 12:30, 5`, `at …:…, …`},
		{"", `token=(\w+)`, `token=abc; x token=`, `token=…; x token=`},
		{"", `(a)(b)?|c(d(e))`, `ab a cde`, `…… … c…`},
		{"", `x*`, `axxb`, `a…b`},
		{"", `.`, "\xff", "\xff"},
		{"id", `z\d`, `{"id": "z1", "x": "z2"}`, `{"id": …, "x": "…"}`},
	} {
		if got := string(ignoring(t, c.members, c.pattern).text([]byte(c.data))); got != c.want {
			t.Errorf("%s %s: %.100s of %.100s, want %.100s", c.members, c.pattern, got, c.data, c.want)
		}
	}
	for _, s := range []string{"", ".", ".a.", "..a"} {
		if _, err := ParseMember(s); err == nil {
			t.Errorf("%q is a member", s)
		}
	}
}

// Ids and times may differ where they are ignored, and only there.
func TestReplayIgnores(t *testing.T) {
	said := func(text string) string { return strings.ReplaceAll(text, "Hello", `{"id":17,"text":"Hello"}`) }
	url := serve(t, deflate, answering(said))
	recorded := strings.Replace(chat, "01 02 48 65 89 00 80 03 6c 6c 6f", "81 18 "+words(`{"id": 5,"text":"Hello"}`), 1)
	recorded = strings.Replace(recorded, words(`": 5`), words(`":45`), 1)
	for _, c := range []struct{ members, pattern, lines string }{
		{"id", "", ""},
		{"", `"id":(\d+)`, ""},
		{"text", "", `0.040000 1 answer 2 differs: want text "{\"id\":45,\"text\":…}", got text "{\"id\":17,\"text\":…}": different from byte 6 on` + "\n"},
	} {
		_, lines := replayedIgnoring(t, recorded, url, 20*time.Second, ignoring(t, c.members, c.pattern))
		if lines != c.lines {
			t.Errorf("%s %s: %s\nwant %s", c.members, c.pattern, lines, c.lines)
		}
	}
}

// Whatever is ignored of JSON, JSON is left.
func FuzzIgnore(f *testing.F) {
	f.Add(`{"id":{"a":[1,"…"]},"b":[{"id":2}]}`, "id")
	f.Add(` [1, "x\u2026", {"a": {"b": null}}] `, ".2.*.b")
	f.Fuzz(func(t *testing.T, data, member string) {
		m, err := ParseMember(member)
		if err != nil || !json.Valid([]byte(data)) || strings.Contains(data, ignored) {
			return
		}
		g := &Ignore{Members: []Member{m}}
		left := strings.ReplaceAll(string(g.text([]byte(data))), ignored, "null")
		if !json.Valid([]byte(left)) {
			t.Errorf("%q of %q is left without %q", left, data, member)
		}
	})
}

package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Ignore says which parts of messages may differ. Each of them is shown as "…",
// and what is shown is compared. The zero value ignores nothing.
type Ignore struct {
	// Patterns are for text. Of a match its groups are ignored, or all of it if
	// there are none.
	Patterns []*regexp.Regexp
	// Members are for messages that are JSON.
	Members []Member
}

// ignored stands for what is ignored.
const ignored = "…"

// Member says which values in JSON are ignored: "id" those of all members of that
// name, ".user.id" that at the end of a path from the root. In a path a number
// counts the elements of an array from 0, and * is any member or element.
type Member struct {
	path   []string
	rooted bool
}

// ParseMember parses a Member.
func ParseMember(s string) (Member, error) {
	path, rooted := strings.CutPrefix(s, ".")
	m := Member{[]string{s}, rooted}
	if rooted {
		m.path = strings.Split(path, ".")
	}
	if slices.Contains(m.path, "") {
		return Member{}, errors.New("want the name of a member such as id, or a path such as .user.id or .items.*.time")
	}
	return m, nil
}

// is reports whether m is the value at a path from the root.
func (m Member) is(at []string) bool {
	if !m.rooted {
		return len(at) > 0 && at[len(at)-1] == m.path[0]
	}
	return slices.EqualFunc(m.path, at, func(want, name string) bool { return want == name || want == "*" })
}

// text returns data without what is ignored, if it is text.
func (g *Ignore) text(data []byte) []byte {
	if !utf8.Valid(data) {
		return data
	}
	if len(g.Members) > 0 && json.Valid(data) { // which bounds its depth too
		data = g.members(data)
	}
	for _, p := range g.Patterns {
		data = mask(data, p)
	}
	return data
}

// mask returns data without what p matches.
func mask(data []byte, p *regexp.Regexp) []byte {
	c := cutting{data: data}
	for _, match := range p.FindAllSubmatchIndex(data, -1) {
		if len(match) > 2 {
			match = match[2:]
		}
		for span := range slices.Chunk(match, 2) {
			c.cut(span[0], span[1])
		}
	}
	return c.rest()
}

// members returns JSON without the values of g.Members.
func (g *Ignore) members(data []byte) []byte {
	w := walk{cutting: cutting{data: data}, members: g.Members, in: json.NewDecoder(bytes.NewReader(data))}
	w.in.UseNumber()
	w.value(nil)
	return w.rest()
}

// walk goes through valid JSON.
type walk struct {
	cutting
	members []Member
	in      *json.Decoder
}

// value goes through the value that stands at a path.
func (w *walk) value(at []string) {
	if slices.ContainsFunc(w.members, func(m Member) bool { return m.is(at) }) {
		var value json.RawMessage
		w.in.Decode(&value)
		end := int(w.in.InputOffset())
		w.cut(end-len(value), end)
		return
	}
	switch token, _ := w.in.Token(); token {
	case json.Delim('{'):
		for w.in.More() {
			name, _ := w.in.Token()
			w.value(append(at, name.(string)))
		}
		w.in.Token()
	case json.Delim('['):
		for i := 0; w.in.More(); i++ {
			w.value(append(at, strconv.Itoa(i)))
		}
		w.in.Token()
	}
}

// cutting is data of which parts are cut out, from its beginning on.
type cutting struct {
	data, kept []byte
	done       int // bytes of data
}

// cut cuts out a part, unless it is empty or within one that was.
func (c *cutting) cut(from, to int) {
	if from < to && from >= c.done {
		c.kept = append(append(c.kept, c.data[c.done:from]...), ignored...)
		c.done = to
	}
}

// rest returns what is left in the end.
func (c *cutting) rest() []byte {
	if c.done == 0 {
		return c.data
	}
	return append(c.kept, c.data[c.done:]...)
}

package command

import (
	"flag"
	"strings"
)

// suggest returns what to say of a word that is none of names, each of which is
// shown behind prefix: which of them it may be meant to be.
func suggest(word, prefix string, names []string) string {
	var likely []string
	least := 1 + len(word)/4 // more mistakes than that make another word
	for _, name := range names {
		switch d := mistakes(word, name); {
		case d < least:
			least, likely = d, []string{prefix + name}
		case d == least:
			likely = append(likely, prefix+name)
		}
	}
	if len(likely) == 0 || least >= len(word) {
		return ""
	}
	return ", did you mean " + alternatives(likely) + "?"
}

// alternatives joins words as a sentence does.
func alternatives(words []string) string {
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// mistakes returns how many make word of name: letters left out, put in, changed,
// or changed places with the next. A beginning of name is one mistake.
func mistakes(word, name string) int {
	if len(word) > 1 && strings.HasPrefix(name, word) {
		return 1
	}
	var before, row, next []int // distances of the beginnings of word to those of name
	for j := range len(name) + 1 {
		row = append(row, j)
	}
	for i := range len(word) {
		next = []int{i + 1}
		for j := range len(name) {
			d := min(row[j+1]+1, next[j]+1, row[j]+1)
			if word[i] == name[j] {
				d = min(d, row[j])
			}
			if i > 0 && j > 0 && word[i] == name[j-1] && word[i-1] == name[j] {
				d = min(d, before[j-1]+1)
			}
			next = append(next, d)
		}
		before, row = row, next
	}
	return row[len(name)]
}

// badFlag returns an error of package flag as one of usage. If there is no such
// flag it says which one may be meant.
func (c *Command) badFlag(err error) error {
	text := err.Error()
	_, name, found := strings.Cut(text, "flag provided but not defined: -")
	if !found {
		return BadUsage("%s", text)
	}
	var names []string
	c.Flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	return BadUsage("%s%s", text, suggest(name, "-", names))
}

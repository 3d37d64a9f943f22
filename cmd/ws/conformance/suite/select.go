package suite

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Select returns the cases that one of the patterns takes, all if there are
// none, and that none of those in not takes. A pattern that takes no case is an
// error. It is one of
//
//	6455-5.5.1-2    the cases of a requirement
//	6455-5.5.1      those of a section and the ones below it; 7692 is all of an RFC
//	7.9.*           those that stand for cases of the Autobahn suite: a number in
//	                whole, or with stars
//	close-*         those of a name, with stars as in the names of files
//	6455-5.5.1-4/close-1-byte@bytewise    an id, with stars
//	*@bytewise      those of a variant
func Select(cases []*Case, patterns, not []string) ([]*Case, error) {
	for _, p := range slices.Concat(patterns, not) {
		if _, err := path.Match(p, ""); err != nil {
			return nil, fmt.Errorf("%q: %w", p, err)
		}
		if !slices.ContainsFunc(cases, func(c *Case) bool { return c.is(p) }) {
			return nil, fmt.Errorf("%q takes no case", p)
		}
	}
	var chosen []*Case
	for _, c := range cases {
		takes := func(p string) bool { return c.is(p) }
		if (len(patterns) == 0 || slices.ContainsFunc(patterns, takes)) && !slices.ContainsFunc(not, takes) {
			chosen = append(chosen, c)
		}
	}
	return chosen, nil
}

// is reports whether a pattern takes the case.
func (c *Case) is(pattern string) bool {
	_, rest, _ := strings.Cut(c.ID, "/")
	names := slices.Concat([]string{c.ID, rest, c.name}, c.Rules, c.Autobahn)
	return slices.ContainsFunc(names, func(n string) bool { return matches(pattern, n) }) ||
		slices.ContainsFunc(c.Rules, func(id string) bool { return strings.HasPrefix(id, pattern+"-") || strings.HasPrefix(id, pattern+".") })
}

// matches reports whether a pattern matches all of a name, in which a slash is a
// character like others.
func matches(pattern, name string) bool {
	flat := strings.NewReplacer("/", "\x00")
	ok, err := path.Match(flat.Replace(pattern), flat.Replace(name))
	return ok && err == nil
}

package report

import (
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// finding is what came of a case in one or more of its variants.
type finding struct {
	*verdict.Result // of the first
	base            string
	variants        []string
}

// findings returns what came of cases, in the order of the results: variants
// that came to the same are one finding.
func findings(results []*verdict.Result) (all []*finding) {
	byBase := make(map[string][]*finding)
	for _, r := range results {
		base, variant := cutVariant(r.Case.ID)
		i := slices.IndexFunc(byBase[base], func(f *finding) bool { return f.same(r) })
		if i >= 0 {
			f := byBase[base][i]
			f.variants = append(f.variants, variant)
			continue
		}
		f := &finding{r, base, []string{variant}}
		byBase[base] = append(byBase[base], f)
		all = append(all, f)
	}
	return all
}

// same reports whether r, of another variant, came to the same.
func (f *finding) same(r *verdict.Result) bool {
	return f.Verdict == r.Verdict && f.Want == r.Want && f.Got == r.Got && f.Close == r.Close && slices.Equal(f.Broken, r.Broken)
}

// cutVariant cuts the ID of a case into that without a variant, and the variant.
func cutVariant(id string) (base, variant string) {
	if i := strings.LastIndexByte(id, '@'); i >= 0 {
		return id[:i], id[i+1:]
	}
	return id, ""
}

// pointers returns pointers to all results of a run.
func pointers(run *verdict.Run) (all []*verdict.Result) {
	for i := range run.Results {
		all = append(all, &run.Results[i])
	}
	return all
}

// again returns the command that repeats a case, to be typed in a shell.
func again(run *verdict.Run, id string) string {
	return strings.ReplaceAll(run.Command, "%s", quoteForShell(id))
}

// quoteForShell quotes a word unless a shell takes it as it is.
func quoteForShell(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._/@=+:,", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

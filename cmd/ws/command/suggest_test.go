package command

import "testing"

func TestSuggest(t *testing.T) {
	names := []string{"connect", "bench", "inspect", "proxy", "n", "ping"}
	for word, want := range map[string]string{
		"conect":        ", did you mean -connect?",
		"cnonect":       ", did you mean -connect?",
		"connnect":      ", did you mean -connect?",
		"c\xc3\xb6nect": ", did you mean -connect?", // an ö
		"ins":           ", did you mean -inspect?",
		"bnech":         ", did you mean -bench?",
		"pin":           ", did you mean -ping?",
		"pong":          ", did you mean -ping?",
		"pr":            ", did you mean -proxy?",
		"b":             "", // any letter is one mistake away from n
		"":              "",
		"server":        "",
		"listen":        "",
	} {
		if got := suggest(word, "-", names); got != want {
			t.Errorf("%q%s, want %q", word, got, want)
		}
	}
	if got, want := suggest("in", "", []string{"input", "info", "inspect"}), ", did you mean input, info or inspect?"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

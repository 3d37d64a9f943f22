// Package marks replaces parts of files that programs write, such as tables of
// the README: what stands between <!-- name --> and <!-- /name -->.
package marks

import (
	"fmt"
	"os"
	"strings"
)

// Cut returns what stands before the marks of that name in a file, between them
// and behind them. Before and after have the marks.
func Cut(file, name string) (before, text, after string, err error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", "", "", err
	}
	begin, end := "<!-- "+name+" -->", "<!-- /"+name+" -->"
	before, rest, begins := strings.Cut(string(content), begin)
	text, after, ends := strings.Cut(rest, end)
	if !begins || !ends {
		return "", "", "", fmt.Errorf("%s lacks the marks %s and %s", file, begin, end)
	}
	return before + begin, text, end + after, nil
}

// Replace replaces what stands between the marks of that name in a file.
func Replace(file, name, text string) error {
	before, _, after, err := Cut(file, name)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(before+"\n"+text+after), 0o644)
}

package command

import (
	"fmt"
	"io"
	"strings"
)

// completeFish prints a script for fish: to be sourced, or to be the file ws.fish
// in ~/.config/fish/completions.
func (t Table) completeFish(w io.Writer) {
	fmt.Fprint(w, "complete -c ws -f\n")
	for _, make := range t {
		c := make()
		fmt.Fprintf(w, "complete -c ws -n __fish_use_subcommand -a %s -d %s\n", c.Name, quoteFish(c.Does))
		fmt.Fprintf(w, "complete -c ws -n '__fish_seen_subcommand_from help' -a %s\n", c.Name)
		c.completeFish(w)
	}
	fmt.Fprint(w, "complete -c ws -n __fish_use_subcommand -a help -d 'explains a command'\n")
}

// completeFish prints what completes the flags and operands of c.
func (c *Command) completeFish(w io.Writer) {
	start := fmt.Sprintf("complete -c ws -n '__fish_seen_subcommand_from %s'", c.Name)
	for _, p := range c.parameters() {
		kind := "-o" // a long name after a single hyphen
		if len(p.name) == 1 {
			kind = "-s"
		}
		takes := ""
		switch {
		case p.file():
			takes = " -rF"
		case p.value != "":
			takes = " -x"
		}
		fmt.Fprintf(w, "%s %s %s%s -d %s\n", start, kind, p.name, takes, quoteFish(p.usage))
	}
	switch words, file := c.operandWords(); {
	case file:
		fmt.Fprintf(w, "%s -F\n", start)
	case words != nil:
		fmt.Fprintf(w, "%s -a %s\n", start, quoteFish(strings.Join(words, " ")))
	}
}

func quoteFish(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}

package command

import (
	"fmt"
	"io"
	"strings"
)

// completeBash prints a script for bash from 3.2 on, which needs nothing else.
func (t Table) completeBash(w io.Writer) {
	fmt.Fprintf(w, `_ws() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words= file=
	if ((COMP_CWORD == 1)); then
		words="%s help"
	else
		case ${COMP_WORDS[1]} in
`, strings.Join(t.topics(), " "))
	fmt.Fprintf(w, "\t\thelp) words=\"%s -man\" ;;\n", strings.Join(t.topics(), " "))
	for _, make := range t {
		make().completeBash(w)
	}
	fmt.Fprint(w, `		esac
	fi
	COMPREPLY=($(compgen -W "$words" -- "$word"))
	if [[ $file ]]; then
		local IFS=$'\n'
		compopt -o filenames 2>/dev/null
		COMPREPLY+=($(compgen -f -- "$word"))
	fi
}
complete -F _ws ws
`)
}

// completeBash prints the case of c.
func (c *Command) completeBash(w io.Writer) {
	var flags, files, values []string
	for _, p := range c.parameters() {
		flags = append(flags, "-"+p.name)
		switch {
		case p.file():
			files = append(files, "-"+p.name)
		case p.value != "":
			values = append(values, "-"+p.name)
		}
	}
	words, file := c.operandWords()
	fmt.Fprintf(w, "\t\t%s)\n\t\t\tcase $before in\n", c.Name)
	if len(files) > 0 {
		fmt.Fprintf(w, "\t\t\t%s) file=1 ;;\n", strings.Join(files, " | "))
	}
	if len(values) > 0 {
		fmt.Fprintf(w, "\t\t\t%s) ;;\n", strings.Join(values, " | "))
	}
	fmt.Fprintf(w, "\t\t\t*) words=%q", strings.Join(append(flags, words...), " "))
	if file {
		fmt.Fprint(w, " file=1")
	}
	fmt.Fprint(w, " ;;\n\t\t\tesac\n\t\t\t;;\n")
}

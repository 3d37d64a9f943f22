package command

import (
	"fmt"
	"io"
	"strings"
)

// completeZsh prints a script for zsh: to be sourced, or to be the file _ws in a
// folder of fpath.
func (t Table) completeZsh(w io.Writer) {
	fmt.Fprint(w, `#compdef ws
compdef _ws ws
_ws() {
	local -a topics
	topics=(
`)
	for _, make := range t {
		c := make()
		fmt.Fprintf(w, "\t\t%s\n", quoteZsh(c.Name+":"+c.Does))
	}
	fmt.Fprint(w, `		'help:explains a command'
	)
	if ((CURRENT == 2)); then
		_describe command topics
		return
	fi
	local command=$words[2]
	shift words
	((CURRENT--))
	case $command in
	help) _describe command topics ;;
`)
	for _, make := range t {
		make().completeZsh(w)
	}
	fmt.Fprint(w, `	esac
}
if [[ $funcstack[1] == _ws ]]; then
	_ws "$@"
fi
`)
}

// completeZsh prints the case of c.
func (c *Command) completeZsh(w io.Writer) {
	special := strings.NewReplacer("[", `\[`, "]", `\]`)
	fmt.Fprintf(w, "\t%s) _arguments", c.Name)
	for _, p := range c.parameters() {
		action := ""
		switch {
		case p.file():
			action = ":file:_files"
		case p.value != "":
			action = ":" + strings.ReplaceAll(p.value, ":", `\:`) + ": "
		}
		fmt.Fprintf(w, " \\\n\t\t%s", quoteZsh("*-"+p.name+"["+special.Replace(p.usage)+"]"+action))
	}
	switch words, file := c.operandWords(); {
	case file:
		fmt.Fprintf(w, " \\\n\t\t'*:file:_files'")
	case words != nil:
		fmt.Fprintf(w, " \\\n\t\t%s", quoteZsh("1:"+strings.ToLower(c.Operands)+":("+strings.Join(words, " ")+")"))
	}
	fmt.Fprint(w, " ;;\n")
}

func quoteZsh(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

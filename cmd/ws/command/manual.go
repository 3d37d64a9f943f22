package command

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

// manual prints the help about ws and all its commands as a manual page, in the
// macros of man(7).
func (t Table) manual(w io.Writer) {
	fmt.Fprintf(w, ".TH WS 1\n.SH NAME\nws \\- %s\n", roff(purpose))
	fmt.Fprint(w, ".SH SYNOPSIS\n.B ws\n.I command\n.RI [ flags ]\n.RI [ arguments ]\n.SH COMMANDS\n")
	for _, make := range t {
		c := make()
		fmt.Fprintf(w, ".TP\n%s\n%s.\n", bold(c.Name), roff(c.Does))
	}
	fmt.Fprint(w, ".TP\n\\fBhelp\\fR\nexplains a command, or all of them.\n")
	fmt.Fprintf(w, ".PP\n%s\n", roff(aboutURLs))
	for _, make := range t {
		make().manual(w)
	}
}

// manual prints the section about c.
func (c *Command) manual(w io.Writer) {
	fmt.Fprintf(w, ".SH %s\n%s\n.PP\nIt %s.\n", roff(strings.ToUpper("ws "+c.Name)), bold(c.Synopsis()), roff(c.Does))
	manualText(w, c.About)
	for _, g := range c.Groups {
		fmt.Fprintf(w, ".SS %s\n", roff(g.Title))
		g.pick(c.Flags).VisitAll(func(f *flag.Flag) { manualFlag(w, f) })
	}
	fmt.Fprint(w, ".SS Examples\n")
	for _, e := range c.Examples {
		fmt.Fprintf(w, ".TP\n%s\n%s\n", bold(e.Line), roff(e.Purpose))
	}
}

func manualFlag(w io.Writer, f *flag.Flag) {
	value, usage := flag.UnquoteUsage(f)
	fmt.Fprintf(w, ".TP\n%s\n", bold(strings.TrimSpace("-"+f.Name+" "+value)))
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "0s" {
		usage += " (default " + f.DefValue + ")"
	}
	fmt.Fprintln(w, roff(usage))
}

// manualText prints paragraphs. Lines that are indented stand as they are.
func manualText(w io.Writer, text string) {
	indented := false
	fmt.Fprintln(w, ".PP")
	for line := range strings.Lines(text) {
		switch now := strings.HasPrefix(line, " "); {
		case now && !indented:
			fmt.Fprintln(w, ".nf")
			indented = true
		case !now && indented:
			fmt.Fprintln(w, ".fi")
			indented = false
		}
		if line == "\n" {
			line = ".PP\n"
		} else {
			line = roff(line)
		}
		io.WriteString(w, line)
	}
	if indented {
		fmt.Fprintln(w, ".fi")
	}
}

func bold(text string) string { return `\fB` + roff(text) + `\fR` }

// roff keeps text from being taken for requests and escapes.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	for _, control := range []string{".", "'"} {
		text = strings.ReplaceAll("\n"+text, "\n"+control, "\n\\&"+control)[1:]
	}
	return text
}

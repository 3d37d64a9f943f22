package command

import (
	"bytes"
	"fmt"
	"io"
)

func isHelp(arg string) bool {
	return arg == "help" || arg == "-h" || arg == "-help" || arg == "--help"
}

// help prints the help about topics: about ws itself if there are none, all of
// it as a manual page for -man.
func (t Table) help(w io.Writer, topics []string) error {
	switch {
	case len(topics) == 0:
		return printed(w, t.overview)
	case len(topics) == 1 && topics[0] == "-man":
		return printed(w, t.manual)
	}
	for _, name := range topics {
		c := t.find(name)
		if c == nil {
			return BadUsage("no help on %q%s", name, suggest(name, "", t.topics()))
		}
		if err := printed(w, c.help); err != nil {
			return err
		}
	}
	return nil
}

// printed writes to w what f writes, at once. The error is that of writing.
func printed(w io.Writer, f func(io.Writer)) error {
	var text bytes.Buffer
	f(&text)
	_, err := text.WriteTo(w)
	return err
}

// purpose is what ws is for.
const purpose = "tries WebSocket clients and servers from a shell, shows what they say, and measures them"

// aboutURLs is what holds for the URLs of all commands.
const aboutURLs = "The URL of a server begins with ws:// or wss://; http:// and https:// stand for them."

// overview prints the help about ws itself.
func (t Table) overview(w io.Writer) {
	fmt.Fprintf(w, "ws %s.\n\nUsage:\n  ws <command> [flags] [arguments]\n\nCommands:\n", purpose)
	for _, make := range t {
		c := make()
		fmt.Fprintf(w, "  %-10s %s\n", c.Name, c.Does)
	}
	fmt.Fprint(w, "  help       explains a command: ws help connect; -man prints the manual page\n")
	fmt.Fprintf(w, "\n%s\n", aboutURLs)
	fmt.Fprint(w, "\nTo see two of them talk:\n  ws serve\n  ws connect ws://127.0.0.1:8080/    (in another terminal)\n")
}

// Synopsis is how c is called.
func (c *Command) Synopsis() string {
	s := "ws " + c.Name
	if len(c.Groups) > 0 {
		s += " [flags]"
	}
	if c.Operands != "" {
		s += " " + c.Operands
	}
	return s
}

// help prints the help about c.
func (c *Command) help(w io.Writer) {
	fmt.Fprintf(w, "ws %s %s.\n\nUsage:\n  %s\n\n%s", c.Name, c.Does, c.Synopsis(), c.About)
	for _, g := range c.Groups {
		fmt.Fprintf(w, "\n%s:\n", g.Title)
		flags := g.pick(c.Flags)
		flags.SetOutput(w)
		flags.PrintDefaults()
	}
	fmt.Fprint(w, "\nExamples:\n")
	for _, e := range c.Examples {
		fmt.Fprintf(w, "  %s\n    \t%s\n", e.Line, e.Purpose)
	}
}

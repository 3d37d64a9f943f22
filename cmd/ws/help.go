package main

import (
	"fmt"
	"io"
)

// commands makes the sub-commands, in the order of the help.
var commands = []func() *command{
	newDemo, newServe, newConnect, newInspect, newProxy, newReplay, newBench, newAutobahn, newRFC,
}

// find returns the command called name, nil if there is none.
func find(name string) *command {
	for _, make := range commands {
		if c := make(); c.name == name {
			return c
		}
	}
	return nil
}

func isHelp(arg string) bool {
	return arg == "help" || arg == "-h" || arg == "-help" || arg == "--help"
}

// help prints the help about topics: about ws itself if there are none, all of
// it as a manual page for -man.
func help(w io.Writer, topics []string) error {
	switch {
	case len(topics) == 0:
		overview(w)
	case len(topics) == 1 && topics[0] == "-man":
		manual(w)
		return nil
	}
	for _, name := range topics {
		c := find(name)
		if c == nil {
			return badUsage("no help on %q", name)
		}
		c.help(w)
	}
	return nil
}

// purpose is what ws is for.
const purpose = "tries WebSocket clients and servers from a shell, shows what they say, and measures them"

// overview prints the help about ws itself.
func overview(w io.Writer) {
	fmt.Fprintf(w, "ws %s.\n\nUsage:\n  ws <command> [flags] [arguments]\n\nCommands:\n", purpose)
	for _, make := range commands {
		c := make()
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.does)
	}
	fmt.Fprint(w, "  help       explains a command: ws help connect; -man prints the manual page\n")
	fmt.Fprint(w, "\nTo see two of them talk:\n  ws serve\n  ws connect ws://127.0.0.1:8080/    (in another terminal)\n")
}

// synopsis is how c is called.
func (c *command) synopsis() string {
	s := "ws " + c.name
	if len(c.groups) > 0 {
		s += " [flags]"
	}
	if c.operands != "" {
		s += " " + c.operands
	}
	return s
}

// help prints the help about c.
func (c *command) help(w io.Writer) {
	fmt.Fprintf(w, "ws %s %s.\n\nUsage:\n  %s\n\n%s", c.name, c.does, c.synopsis(), c.about)
	for _, g := range c.groups {
		fmt.Fprintf(w, "\n%s:\n", g.title)
		flags := g.pick(c.flags)
		flags.SetOutput(w)
		flags.PrintDefaults()
	}
	fmt.Fprint(w, "\nExamples:\n")
	for _, e := range c.examples {
		fmt.Fprintf(w, "  %s\n    \t%s\n", e.line, e.purpose)
	}
}

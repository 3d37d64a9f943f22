package main

import (
	"fmt"
	"io"
)

// commands makes the sub-commands, in the order of the help.
var commands = []func() *command{newDemo, newServe, newConnect, newAutobahn, newRFC}

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

// help prints the help about topics: about ws itself if there are none.
func help(w io.Writer, topics []string) error {
	if len(topics) == 0 {
		overview(w)
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

// overview prints the help about ws itself.
func overview(w io.Writer) {
	fmt.Fprint(w, "ws tries WebSocket clients and servers from a shell.\n\nUsage:\n  ws <command> [flags] [arguments]\n\nCommands:\n")
	for _, make := range commands {
		c := make()
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.does)
	}
	fmt.Fprint(w, "  help       explains a command: ws help connect\n")
	fmt.Fprint(w, "\nTo see two of them talk:\n  ws serve\n  ws connect ws://127.0.0.1:8080/    (in another terminal)\n")
}

// help prints the help about c.
func (c *command) help(w io.Writer) {
	fmt.Fprintf(w, "ws %s %s.\n\nUsage:\n  ws %s [flags]", c.name, c.does, c.name)
	if c.operands != "" {
		fmt.Fprint(w, " ", c.operands)
	}
	fmt.Fprintf(w, "\n\n%s\nFlags:\n", c.about)
	c.flags.SetOutput(w)
	c.flags.PrintDefaults()
	fmt.Fprint(w, "\nExamples:\n")
	for _, e := range c.examples {
		fmt.Fprintf(w, "  %s\n    \t%s\n", e.line, e.purpose)
	}
}

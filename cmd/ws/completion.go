package main

import (
	"flag"
	"strings"
)

// shells are those that a completion script can be written for.
var shells = []string{"bash", "fish", "zsh"}

// The table of commands cannot name one that reads it.
func init() { commands = append(commands, newCompletion) }

func newCompletion() *command {
	return &command{
		name:     "completion",
		does:     "prints a script that has a shell complete commands, flags and files",
		operands: "SHELL",
		about: `The shell is bash, zsh or fish. To have it in each new shell, put the line of an
example into ~/.bashrc, or into ~/.zshrc after compinit; for fish:

  ws completion fish > ~/.config/fish/completions/ws.fish

The exit status is 0, or 2 for wrong arguments.
`,
		examples: []example{
			{"source <(ws completion bash)", "completes in this bash; in zsh with zsh in place of bash"},
			{"ws completion fish | source", "completes in this fish"},
		},
		flags: newFlags(),
		run: func(operands []string, env environment) error {
			switch operands[0] {
			case "bash":
				completeBash(env.stdout)
			case "fish":
				completeFish(env.stdout)
			case "zsh":
				completeZsh(env.stdout)
			default:
				return badUsage("%q is none of %s", operands[0], strings.Join(shells, ", "))
			}
			return nil
		},
	}
}

// parameter is a flag as a shell sees it.
type parameter struct {
	name  string
	usage string // in a line
	value string // what it takes, "" if nothing
}

// file reports whether p takes the name of one.
func (p parameter) file() bool { return p.value == "file" }

// parameters returns the flags of c.
func (c *command) parameters() (all []parameter) {
	c.flags.VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		usage, _, _ = strings.Cut(strings.ReplaceAll(usage, "\n", " "), ";")
		all = append(all, parameter{f.Name, usage, value})
	})
	return all
}

// topics returns the names of all commands.
func topics() (names []string) {
	for _, make := range commands {
		names = append(names, make().name)
	}
	return names
}

// operandWords returns what the operands of c can be, and whether they can be files.
func (c *command) operandWords() (words []string, file bool) {
	if c.operands == "SHELL" {
		return shells, false
	}
	return nil, strings.Contains(c.operands, "FILE")
}

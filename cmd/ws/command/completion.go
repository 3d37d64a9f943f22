package command

import (
	"flag"
	"strings"
)

// shells are those that a completion script can be written for.
var shells = []string{"bash", "fish", "zsh"}

// newCompletion returns the command that completes those of t.
func newCompletion(t Table) *Command {
	return &Command{
		Name:     "completion",
		Does:     "prints a script that has a shell complete commands, flags and files",
		Operands: "SHELL",
		About: `The shell is bash, zsh or fish. To have it in each new shell, put the line of an
example into ~/.bashrc, or into ~/.zshrc after compinit; for fish:

  ws completion fish > ~/.config/fish/completions/ws.fish

The exit status is 0, or 2 for wrong arguments.
`,
		Examples: []Example{
			{"source <(ws completion bash)", "completes in this bash; in zsh with zsh in place of bash"},
			{"ws completion fish | source", "completes in this fish"},
		},
		Flags: NewFlags(),
		Run: func(operands []string, env Environment) error {
			switch operands[0] {
			case "bash":
				t.completeBash(env.Stdout)
			case "fish":
				t.completeFish(env.Stdout)
			case "zsh":
				t.completeZsh(env.Stdout)
			default:
				return BadUsage("%q is none of %s", operands[0], strings.Join(shells, ", "))
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
func (c *Command) parameters() (all []parameter) {
	c.Flags.VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		usage, _, _ = strings.Cut(strings.ReplaceAll(usage, "\n", " "), ";")
		all = append(all, parameter{f.Name, usage, value})
	})
	return all
}

// topics returns the names of all commands.
func (t Table) topics() (names []string) {
	for _, make := range t {
		names = append(names, make().Name)
	}
	return names
}

// operandWords returns what the operands of c can be, and whether they can be files.
func (c *Command) operandWords() (words []string, file bool) {
	if c.Operands == "SHELL" {
		return shells, false
	}
	return nil, strings.Contains(c.Operands, "FILE")
}

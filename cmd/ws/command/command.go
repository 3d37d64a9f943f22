package command

import (
	"flag"
	"io"
	"strings"
)

// Command is a sub-command of ws, made anew for each run: its flags are
// parsed into variables that Run sees.
type Command struct {
	Name     string
	Does     string // what it is for, as a sentence goes on after the name
	Operands string // those after the flags, for the synopsis; [optional]
	About    string // what a user has to know besides
	Examples []Example
	Flags    *flag.FlagSet
	Groups   []Group // has each of Flags once
	Run      func(operands []string, env Environment) error
}

// Example is a command line, for a shell, and what it is for.
type Example struct{ Line, Purpose string }

// Group is some flags that have to do with each other, as the help shows them.
type Group struct {
	Title string
	Flags []string // their names
}

// pick returns the flags of g out of those of its command.
func (g Group) pick(all *flag.FlagSet) *flag.FlagSet {
	picked := NewFlags()
	for _, name := range g.Flags {
		f := all.Lookup(name)
		picked.Var(f.Value, f.Name, f.Usage)
		picked.Lookup(name).DefValue = f.DefValue
	}
	return picked
}

// parse takes flags from anywhere among args and returns the operands. The
// error is flag.ErrHelp if help is asked for, and a *UsageError otherwise.
func (c *Command) parse(args []string) (operands []string, err error) {
	for {
		if err := c.Flags.Parse(args); err == flag.ErrHelp {
			return nil, err
		} else if err != nil {
			return nil, c.badFlag(err)
		}
		if c.Flags.NArg() == 0 {
			break
		}
		operands = append(operands, c.Flags.Arg(0))
		args = c.Flags.Args()[1:]
	}
	most := len(strings.Fields(c.Operands))
	if len(operands) > most {
		return nil, BadUsage("%q is one argument too many", operands[most])
	} else if len(operands) < most-strings.Count(c.Operands, "[") {
		return nil, BadUsage("%s is missing", c.Operands)
	}
	return operands, nil
}

// NewFlags returns a set of flags that leaves it to its user to print errors.
func NewFlags() *flag.FlagSet {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	return fs
}

package command

import (
	"errors"
	"flag"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// Table makes the commands, in the order of the help.
type Table []func() *Command

// NewTable returns a table of commands. The last ones complete their command lines
// and say which version they are of.
func NewTable(commands ...func() *Command) (t Table) {
	t = append(slices.Clip(commands), func() *Command { return newCompletion(t) }, newVersion)
	return t
}

// Main runs the command that the program's arguments name and returns the exit
// status.
func (t Table) Main() int {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	return t.Run(os.Args[1:], Environment{
		Stdin:   os.Stdin,
		Stdout:  os.Stdout,
		Stderr:  os.Stderr,
		Typed:   isTerminal(os.Stdin),
		Shown:   isTerminal(os.Stdout),
		Noted:   isTerminal(os.Stderr),
		Signals: signals,
	})
}

// Run runs the command that args name and returns the exit status.
func (t Table) Run(args []string, env Environment) int {
	topic, err := "help", error(nil)
	switch {
	case len(args) == 0:
		t.overview(env.Stderr)
		return ExitUsage
	case isHelp(args[0]):
		err = t.help(env.Stdout, args[1:])
	case isVersion(args[0]):
		topic, err = "help version", newVersion().start(args[1:], env)
	default:
		if c := t.find(args[0]); c != nil {
			env.flags = c.Flags
			topic, err = "help "+c.Name, c.start(args[1:], env)
		} else {
			err = BadUsage("unknown command %q%s", args[0], suggest(args[0], "", append(t.topics(), "help")))
		}
	}
	return env.conclude(topic, err)
}

// find returns the command called name, nil if there is none.
func (t Table) find(name string) *Command {
	for _, make := range t {
		if c := make(); c.Name == name {
			return c
		}
	}
	return nil
}

// start runs c with its arguments.
func (c *Command) start(args []string, env Environment) error {
	operands, err := c.parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return printed(env.Stdout, c.help)
	case err != nil:
		return err
	}
	return c.Run(operands, env)
}

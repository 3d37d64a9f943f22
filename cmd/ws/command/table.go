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

// NewTable returns a table of commands. The last one completes their command lines.
func NewTable(commands ...func() *Command) (t Table) {
	t = append(slices.Clip(commands), func() *Command { return newCompletion(t) })
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
		err = BadUsage("which command?")
	case isHelp(args[0]):
		err = t.help(env.Stdout, args[1:])
	default:
		if c := t.find(args[0]); c != nil {
			env.flags = c.Flags
			topic, err = "help "+c.Name, c.start(args[1:], env)
		} else {
			err = BadUsage("unknown command %q", args[0])
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
		c.help(env.Stdout)
		return nil
	case err != nil:
		return err
	}
	return c.Run(operands, env)
}

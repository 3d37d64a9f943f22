package compression

import (
	"flag"
	"slices"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Flags are the flags about permessage-deflate.
type Flags struct {
	On, takeover           bool
	level, bits, peerBits  command.Number
	threshold, budgetBytes command.Number
	given                  func(func(*flag.Flag)) // calls with each flag that was given
}

// Add adds the flags of a command. ours and theirs are the RFC's names of the
// bounds of the windows that sent and received messages are compressed with.
func (f *Flags) Add(fs *flag.FlagSet, does, ours, theirs string) {
	f.given = fs.Visit
	f.level = command.Number{Value: 1, Least: 1, Most: 9}
	f.bits, f.peerBits = command.Number{Value: 15, Least: 8, Most: 15}, command.Number{Value: 15, Least: 8, Most: 15}
	f.threshold = command.Number{Value: 128, Most: command.MaxMessage}
	fs.BoolVar(&f.On, "compress", false, does+" permessage-deflate, each message compressed by itself")
	fs.BoolVar(&f.takeover, "context-takeover", false, "with -compress, keep the windows from one message to the next instead")
	fs.Var(&f.level, "compress-level", "look for repetitions with this much work, a `number` from 1 (fastest) to 9 (smallest)")
	fs.Var(&f.bits, "window-bits", ours+": compress what is sent with a window of\n2 to the power of so many bytes, a number of `bits` from 8 to 15")
	fs.Var(&f.peerBits, "peer-window-bits", theirs+": the same for what is received, a number of\n`bits` from 8 to 15")
	fs.Var(&f.threshold, "compress-threshold", "send messages of fewer `bytes` as they are")
}

// AddBudget adds the flag of a command that has many connections.
func (f *Flags) AddBudget(fs *flag.FlagSet) {
	f.budgetBytes = command.Number{Most: 1 << 40}
	fs.Var(&f.budgetBytes, "compress-budget", "take no more than so many `bytes` for the windows of all connections together: new ones\ngo without context takeover then, or without compression; 0 is for no bound")
}

// Group is the group of the flags of a command that has one connection at a
// time, BudgetGroup that of a command that has many.
var (
	Group       = command.Group{Title: "Compression", Flags: []string{"compress", "context-takeover", "compress-level", "window-bits", "peer-window-bits", "compress-threshold"}}
	BudgetGroup = command.Group{Title: Group.Title, Flags: append([]string{"compress-budget"}, Group.Flags...)}
)

// Check finds flags that mean nothing.
func (f *Flags) Check() (err error) {
	f.given(func(g *flag.Flag) {
		if !f.On && err == nil && slices.Contains(BudgetGroup.Flags, g.Name) {
			err = command.BadUsage("-%s goes with -compress", g.Name)
		}
	})
	return err
}

// Options returns what the flags mean for the library.
func (f *Flags) Options() (o websocket.Compression) {
	switch {
	case !f.On:
		return o
	case f.takeover:
		o.Mode = websocket.ContextTakeover
	default:
		o.Mode = websocket.NoContextTakeover
	}
	o.Level = int(f.level.Value)
	o.WindowBits, o.PeerWindowBits = int(f.bits.Value), int(f.peerBits.Value)
	if o.Threshold = int(f.threshold.Value); o.Threshold == 0 {
		o.Threshold = -1 // all
	}
	if f.budgetBytes.Value > 0 {
		o.Budget = websocket.NewBudget(f.budgetBytes.Value)
	}
	return o
}

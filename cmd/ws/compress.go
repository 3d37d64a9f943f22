package main

import (
	"flag"
	"fmt"
	"slices"
	"strconv"

	"github.com/seed372fb791/rfc6455/websocket"
)

// compression are the flags about permessage-deflate.
type compression struct {
	on, takeover           bool
	level, bits, peerBits  number
	threshold, budgetBytes number
	given                  func(func(*flag.Flag)) // calls with each flag that was given
}

// add adds the flags of a command. ours and theirs are the RFC's names of the
// bounds of the windows that sent and received messages are compressed with.
func (c *compression) add(fs *flag.FlagSet, does, ours, theirs string) {
	c.given = fs.Visit
	c.level = number{1, 1, 9}
	c.bits, c.peerBits = number{15, 8, 15}, number{15, 8, 15}
	c.threshold = number{128, 0, maxMessage}
	fs.BoolVar(&c.on, "compress", false, does+" permessage-deflate, each message compressed by itself")
	fs.BoolVar(&c.takeover, "context-takeover", false, "with -compress, keep the windows from one message to the next instead")
	fs.Var(&c.level, "compress-level", "look for repetitions with this much work, a `number` from 1 (fastest) to 9 (smallest)")
	fs.Var(&c.bits, "window-bits", ours+": compress what is sent with a window of\n2 to the power of so many bytes, a number of `bits` from 8 to 15")
	fs.Var(&c.peerBits, "peer-window-bits", theirs+": the same for what is received, a number of\n`bits` from 8 to 15")
	fs.Var(&c.threshold, "compress-threshold", "send messages of fewer `bytes` as they are")
}

// addBudget adds the flag of a command that has many connections.
func (c *compression) addBudget(fs *flag.FlagSet) {
	c.budgetBytes = number{0, 0, 1 << 40}
	fs.Var(&c.budgetBytes, "compress-budget", "take no more than so many `bytes` for the windows of all connections together: new ones\ngo without context takeover then, or without compression; 0 is for no bound")
}

// compressionFlags is the group of the flags of a command that has one
// connection at a time, budgetFlags that of a command that has many.
var (
	compressionFlags = group{"Compression", []string{"compress", "context-takeover", "compress-level", "window-bits", "peer-window-bits", "compress-threshold"}}
	budgetFlags      = group{compressionFlags.title, append([]string{"compress-budget"}, compressionFlags.flags...)}
)

// check finds flags that mean nothing.
func (c *compression) check() (err error) {
	c.given(func(f *flag.Flag) {
		if !c.on && err == nil && slices.Contains(budgetFlags.flags, f.Name) {
			err = badUsage("-%s goes with -compress", f.Name)
		}
	})
	return err
}

// options returns what the flags mean for the library.
func (c *compression) options() (o websocket.Compression) {
	switch {
	case !c.on:
		return o
	case c.takeover:
		o.Mode = websocket.ContextTakeover
	default:
		o.Mode = websocket.NoContextTakeover
	}
	o.Level = int(c.level.value)
	o.WindowBits, o.PeerWindowBits = int(c.bits.value), int(c.peerBits.value)
	if o.Threshold = int(c.threshold.value); o.Threshold == 0 {
		o.Threshold = -1 // all
	}
	if c.budgetBytes.value > 0 {
		o.Budget = websocket.NewBudget(c.budgetBytes.value)
	}
	return o
}

// number is a flag for a number with bounds.
type number struct{ value, least, most int64 }

func (n *number) String() string { return strconv.FormatInt(n.value, 10) }

func (n *number) Set(s string) error {
	value, err := strconv.ParseInt(s, 10, 64)
	if err != nil || value < n.least || value > n.most {
		return fmt.Errorf("want a number from %d to %d", n.least, n.most)
	}
	n.value = value
	return nil
}

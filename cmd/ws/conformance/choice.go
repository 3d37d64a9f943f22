package conformance

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/protocol"
)

// choice are the flags about which cases are run.
type choice struct {
	cases, not command.List
	role       string
	full       bool
}

func (c *choice) add(fs *flag.FlagSet) {
	fs.Var(&c.cases, "case", "run the cases that this `pattern` takes, such as 6455-5.5.1, close-* or 7.9.*; may be\nrepeated, or a list with commas")
	fs.Var(&c.not, "not", "leave out those that this `pattern` takes; may be repeated")
	fs.StringVar(&c.role, "role", "", "with -list, the cases for this `role` of a peer: server or client")
	fs.BoolVar(&c.full, "full", false, "send as many messages as the Autobahn suite does")
}

// role returns the role of the peer.
func (o *flags) role() protocol.Role {
	if o.listen != "" || o.choice.role == protocol.Client.String() {
		return protocol.Client
	}
	return protocol.Server
}

// of returns the cases chosen for a role.
func (c *choice) of(role protocol.Role) ([]*suite.Case, error) {
	all, err := suite.Cases(role, c.full)
	if err != nil {
		return nil, err
	}
	chosen, err := suite.Select(all, c.cases, c.not)
	switch {
	case err != nil:
		return nil, command.BadUsage("%v", err)
	case len(chosen) == 0:
		return nil, command.BadUsage("-not leaves no case")
	}
	return chosen, nil
}

// list lists the cases chosen: id, numbers of the Autobahn suite, title.
func (c *choice) list(w io.Writer, role protocol.Role) error {
	if c.role != "" && c.role != protocol.Server.String() && c.role != protocol.Client.String() {
		return command.BadUsage("-role %q is neither server nor client", c.role)
	}
	cases, err := c.of(role)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	for _, k := range cases {
		numbers := ""
		if len(k.Autobahn) > 0 {
			numbers = " [" + strings.Join(k.Autobahn, " ") + "]"
		}
		fmt.Fprintf(out, "%s%s\n    %s\n", k.ID, numbers, k.Title)
	}
	return out.Flush()
}

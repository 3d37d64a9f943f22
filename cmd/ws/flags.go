package main

import (
	"flag"
	"io"
	"net/http"
	"strings"
)

// command is a sub-command of ws, made anew for each run: its flags are
// parsed into variables that run sees.
type command struct {
	name     string
	does     string // what it is for, as a sentence goes on after the name
	operands string // those after the flags, for the synopsis; [optional]
	about    string // what a user has to know besides
	examples []example
	flags    *flag.FlagSet
	groups   []group // has each of flags once
	run      func(operands []string, env environment) error
}

// example is a command line, for a shell, and what it is for.
type example struct{ line, purpose string }

// group is some flags that have to do with each other, as the help shows them.
type group struct {
	title string
	flags []string // their names
}

// pick returns the flags of g out of those of its command.
func (g group) pick(all *flag.FlagSet) *flag.FlagSet {
	picked := newFlags()
	for _, name := range g.flags {
		f := all.Lookup(name)
		picked.Var(f.Value, f.Name, f.Usage)
		picked.Lookup(name).DefValue = f.DefValue
	}
	return picked
}

// parse takes flags from anywhere among args and returns the operands. The
// error is flag.ErrHelp if help is asked for, and a *usageError otherwise.
func (c *command) parse(args []string) (operands []string, err error) {
	for {
		if err := c.flags.Parse(args); err == flag.ErrHelp {
			return nil, err
		} else if err != nil {
			return nil, badUsage("%v", err)
		}
		if c.flags.NArg() == 0 {
			break
		}
		operands = append(operands, c.flags.Arg(0))
		args = c.flags.Args()[1:]
	}
	most := len(strings.Fields(c.operands))
	if len(operands) > most {
		return nil, badUsage("%q is one argument too many", operands[most])
	} else if len(operands) < most-strings.Count(c.operands, "[") {
		return nil, badUsage("%s is missing", c.operands)
	}
	return operands, nil
}

// newFlags returns a set of flags that leaves it to its user to print errors.
func newFlags() *flag.FlagSet {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	return fs
}

// list is a flag that may be given several times and with several values,
// separated by commas.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(s string) error {
	for value := range strings.SplitSeq(s, ",") {
		*l = append(*l, strings.TrimSpace(value))
	}
	return nil
}

// aboutOrigins is the help about who may connect.
const aboutOrigins = `Pages of the server's own origin may connect, and what is no browser. That
origin is the request's Host: with https if ws speaks TLS itself, with http or
https if not, since TLS may end in a proxy in front. Such a proxy has to pass
Host on, which nginx does with "proxy_set_header Host $http_host". -origin lets
other pages connect.
`

// origins is the flag for the origins that pages may connect from.
type origins struct{ list }

func (o *origins) add(fs *flag.FlagSet) {
	fs.Var(o, "origin", "let pages of this `origin` connect besides the server's own, such as\nhttps://example.com, https://*.example.com, or * for all; may be repeated")
}

func (o *origins) check() error {
	for _, origin := range o.list {
		if scheme, host, _ := strings.Cut(origin, "://"); origin != "*" && (scheme == "" || host == "") {
			return badUsage("-origin %q is no origin such as https://example.com", origin)
		}
	}
	return nil
}

// header is a flag for header fields that may be given several times.
type header http.Header

func (h header) String() string { return "" }

func (h header) Set(s string) error {
	name, value, found := strings.Cut(s, ":")
	if name = strings.TrimSpace(name); !found || name == "" {
		return badUsage("want \"Name: value\"")
	}
	http.Header(h).Add(name, strings.TrimSpace(value))
	return nil
}

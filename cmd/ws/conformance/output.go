package conformance

import (
	"errors"
	"flag"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/report"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// output are the flags about what comes of a run.
type output struct {
	json                  bool
	junit, html, autobahn string
	expect, writeExpect   string
	strict                bool
}

func (o *output) add(fs *flag.FlagSet) {
	fs.BoolVar(&o.json, "json", false, "print all results as JSON, not only what fails as text")
	fs.StringVar(&o.junit, "junit", "", "write results for CI systems, JUnit's XML, to this `file`")
	fs.StringVar(&o.html, "html", "", "write a page about the results to this `file`: what went over the wire, and which rule that breaks")
	fs.StringVar(&o.autobahn, "autobahn", "", "write index.json as the Autobahn suite does, and a page for each case, to this `folder`")
	fs.StringVar(&o.expect, "expect", "", "expect the failures that this `file` lists, and no others")
	fs.StringVar(&o.writeExpect, "write-expect", "", "write the file for -expect to this `file`, with the comments of that of -expect")
	fs.BoolVar(&o.strict, "strict", false, "count non-strict as failed")
}

// policy returns what fails a run of peers of a role.
func (o *output) policy(role protocol.Role) (p report.Policy, err error) {
	p.Strict = o.strict
	all, err := suite.Cases(role, false)
	if err != nil {
		return p, err
	}
	p.Known = func(id string) bool {
		return slices.ContainsFunc(all, func(c *suite.Case) bool { return c.ID == id })
	}
	if o.expect == "" {
		return p, nil
	}
	f, err := os.Open(o.expect)
	if err != nil {
		return p, command.BadUsage("-expect: %v", err)
	}
	defer f.Close()
	if p.Expect, err = report.ParseExpectation(o.expect, f); err != nil {
		return p, command.BadUsage("-expect: %v", err)
	}
	return p, nil
}

// write writes what is asked for about runs, as text only about those of shown,
// and chooses the exit status.
func (o *output) write(env command.Environment, runs, shown []verdict.Run, p report.Policy) error {
	if o.writeExpect != "" && len(runs) > 1 {
		return notRun("-write-expect is for one peer, and there were %d", len(runs))
	}
	err := errors.Join(
		toFile(o.junit, func(w io.Writer) error { return report.JUnit(w, runs, p) }),
		toFile(o.html, func(w io.Writer) error { return report.HTML(w, runs) }),
		toFile(o.writeExpect, func(w io.Writer) error { return p.WriteExpectation(w, &runs[0]) }),
	)
	if o.autobahn != "" {
		err = errors.Join(err, report.Autobahn(o.autobahn, runs))
	}
	if o.json {
		err = errors.Join(err, report.JSON(env.Stdout, runs))
	} else {
		err = errors.Join(err, report.Text(env.Stdout, shown, p))
	}
	switch {
	case err != nil:
		return notRun("%w", err)
	case o.writeExpect == "" && p.Status(runs) != 0:
		return &command.Exit{Status: command.ExitFailed}
	}
	return nil
}

// toFile writes a file, unless it has no name.
func toFile(name string, write func(io.Writer) error) error {
	if name == "" {
		return nil
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// repeat returns the command line that runs a case, %s, again; how is what stands
// before it, peer what behind it.
func (o *flags) repeat(how, peer string) string {
	line := "ws conformance" + how + " -case %s"
	o.given.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "full", "insecure":
			line += " -" + f.Name
		case "patience", "subprotocol", "origin", "cacert", "cert", "key", "unix":
			line += " -" + f.Name + " " + shellWord(f.Value.String())
		case "H":
			line += " -H ..." // it may be a secret
		}
	})
	return strings.TrimSuffix(line+" "+shellWord(peer), " ")
}

// shellWord returns s as a shell has to read it to get it in one word.
func shellWord(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || strings.ContainsRune("'\"\\$&|;<>()*?[]{}~#!`", r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

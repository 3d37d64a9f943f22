package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/report"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/interop/internal/marks"
	"github.com/seed372fb791/rfc6455/protocol"
)

// config is what the flags say.
type config struct {
	peers       []peer
	cases       []string // patterns of package suite, nil for all
	patience    time.Duration
	verbose     bool
	write, html string // files, "" for none
	command     string
	log         io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("matrix", flag.ExitOnError)
	c := config{peers: all, log: stderr, command: strings.Join(append([]string{"go run ./matrix"}, args...), " ")}
	serve := flags.String("serve", "", "be a server of this `peer`")
	visit := flags.String("visit", "", "be a client of this `peer`")
	url := flags.String("url", "", "with -visit: of the suite")
	first := flags.Int("first", 1, "with -visit: the `number` of the first case")
	only := flags.String("only", "", "`peers` to be tested, with commas")
	cases := flags.String("case", "", "`patterns` of cases to be run, with commas")
	flags.StringVar(&c.write, "write", "", "replace the tables in this `file` too")
	flags.StringVar(&c.html, "html", "", "write a report with what went over the wire to this `file`")
	flags.BoolVar(&c.verbose, "v", false, "tell each case that is not passed")
	flags.DurationVar(&c.patience, "patience", 2*time.Second, "with a peer that does nothing")
	flags.Parse(args)
	switch {
	case *serve != "":
		return serveAs(*serve, stdout)
	case *visit != "":
		return visitAs(ctx, *visit, *url, *first, stdout)
	}
	if *cases != "" {
		c.cases = strings.Split(*cases, ",")
	}
	if *only != "" {
		if err := c.choose(*only); err != nil {
			return err
		}
	}
	return c.matrix(ctx, stdout)
}

// choose picks peers by their names.
func (c *config) choose(names string) error {
	c.peers = nil
	for name := range strings.SplitSeq(names, ",") {
		p, ok := find(name)
		if !ok {
			return fmt.Errorf("there is no peer %q", name)
		}
		c.peers = append(c.peers, p)
	}
	return nil
}

// matrix runs the suite, and prints the tables.
func (c *config) matrix(ctx context.Context, stdout io.Writer) error {
	versions, err := c.versions()
	if err != nil {
		return err
	}
	servers, err := c.runs(ctx, protocol.Server, server)
	if err != nil {
		return err
	}
	clients, err := c.runs(ctx, protocol.Client, client)
	if err != nil {
		return err
	}
	text := c.table("As a server", versions, servers) + "\n" + c.table("As a client", versions, clients) + "\n" + c.circumstances() + "\n"
	if c.write != "" {
		if err := marks.Replace(c.write, "conformance", text); err != nil {
			return err
		}
	}
	if c.html != "" {
		if err := c.writeHTML(append(servers, clients...)); err != nil {
			return err
		}
	}
	_, err = io.WriteString(stdout, text)
	return err
}

func (c *config) versions() (all []string, err error) {
	for _, p := range c.peers {
		version, err := p.version()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		all = append(all, version)
	}
	return all, nil
}

// runs runs the cases for peers of a role with all peers.
func (c *config) runs(ctx context.Context, role protocol.Role, once runner) (runs []verdict.Run, err error) {
	cases, err := suite.Cases(role, false)
	if err == nil {
		cases, err = suite.Select(cases, c.cases, nil)
	}
	if err != nil {
		return nil, err
	}
	for _, p := range c.peers {
		run, err := once.thrice(ctx, p, suite.Options{Cases: cases, Patience: c.patience})
		if err != nil {
			return nil, fmt.Errorf("%s as a %v: %w", p.name, role, err)
		}
		run.Subject = fmt.Sprintf("%s, %v", p.name, role)
		run.Command = fmt.Sprintf("go run ./matrix -only %s -v -case %%s", p.name)
		if c.verbose {
			if err := report.Text(c.log, []verdict.Run{run}, report.Policy{Strict: true}); err != nil {
				return nil, err
			}
		}
		runs = append(runs, run)
	}
	return runs, nil
}

func (c *config) writeHTML(runs []verdict.Run) error {
	f, err := os.Create(c.html)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := report.HTML(f, runs); err != nil {
		return err
	}
	return f.Close()
}

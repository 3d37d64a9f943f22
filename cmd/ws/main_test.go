package main

import (
	"flag"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
	"github.com/seed372fb791/rfc6455/internal/golden"
)

// ws is the whole tool.
var ws = wstest.Tool{Table: table}

func TestMain(m *testing.M) { ws.Main(m) }

// Help that cannot be printed is a failure.
func TestHelpCannotPrint(t *testing.T) {
	full, other := io.Pipe()
	full.Close()
	for _, args := range [][]string{{"help"}, {"help", "connect"}, {"help", "-man"}, {"connect", "-h"}} {
		var stderr strings.Builder
		if status := table.Run(args, command.Environment{Stdout: other, Stderr: &stderr}); status != command.ExitFailed || stderr.Len() == 0 {
			t.Errorf("%s: exit status %d, %s", args, status, &stderr)
		}
	}
}

func TestHelp(t *testing.T) {
	p := ws.Start(t, "help")
	overview := <-p.Ended
	if text := p.Stdout.String(); overview != 0 || !strings.HasPrefix(text, "ws tries") {
		t.Errorf("exit status %d:\n%s", overview, text)
	}
	for _, make := range table {
		c := make()
		t.Run(c.Name, func(t *testing.T) {
			p.Stdout.Wait(t, "\n  "+c.Name+" ")
			for _, args := range [][]string{{"help", c.Name}, {c.Name, "-h"}, {c.Name, "--help"}} {
				h := ws.Start(t, args...)
				h.Want(0, wantHelp(t, h.Stdout, c), "")
			}
			if diff := cmp.Diff(names(c.Flags), grouped(c)); diff != "" {
				t.Errorf("groups do not have each flag once (-flags +groups):\n%s", diff)
			}
			if len(c.Examples) != 2 {
				t.Errorf("%d examples", len(c.Examples))
			}
			for _, e := range c.Examples {
				if !strings.Contains(e.Line, "ws "+c.Name) {
					t.Errorf("an example of something else: %q", e.Line)
				}
			}
		})
	}
}

// Without a command ws says which there are, as an error.
func TestNoCommand(t *testing.T) {
	help := ws.Start(t, "help")
	help.WantStatus(0)
	ws.Start(t).Want(command.ExitUsage, "", help.Stdout.String())
}

func TestVersion(t *testing.T) {
	version := ws.Start(t, "version")
	version.WantStatus(0)
	if text := version.Stdout.String(); !strings.HasPrefix(text, "ws ") || !strings.Contains(text, runtime.Version()) {
		t.Errorf("printed %q", text)
	}
	for _, flag := range []string{"-version", "--version"} {
		ws.Start(t, flag).Want(0, version.Stdout.String(), "")
	}
}

// names returns the names of flags, sorted.
func names(fs *flag.FlagSet) (all []string) {
	fs.VisitAll(func(f *flag.Flag) { all = append(all, f.Name) })
	return all
}

// grouped returns the names of the flags of all groups, sorted.
func grouped(c *command.Command) (all []string) {
	for _, g := range c.Groups {
		all = append(all, g.Flags...)
	}
	slices.Sort(all)
	return all
}

// The manual page in the tree is that of the commands.
func TestManual(t *testing.T) {
	p := ws.Start(t, "help", "-man")
	if status := <-p.Ended; status != 0 {
		t.Fatalf("exit status %d: %s", status, p.Stderr)
	}
	golden.Check(t, "ws.1", p.Stdout.String())
}

// wantHelp checks the parts of a help text and returns the whole.
func wantHelp(t *testing.T, stdout *wstest.Output, c *command.Command) string {
	t.Helper()
	for _, part := range []string{"ws " + c.Name + " " + c.Does + ".\n", "\nUsage:\n  " + c.Synopsis() + "\n", "\nExamples:\n"} {
		stdout.Wait(t, part)
	}
	for _, g := range c.Groups {
		stdout.Wait(t, "\n"+g.Title+":\n")
	}
	stdout.Wait(t, c.Examples[len(c.Examples)-1].Purpose+"\n")
	for text := range strings.Lines(stdout.String()) {
		if len(text) > 120 {
			t.Errorf("a long line: %q", text)
		}
	}
	return stdout.String()
}

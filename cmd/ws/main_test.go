package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/internal/golden"
	"github.com/seed372fb791/rfc6455/internal/leak"
)

// testPatience bounds everything that a test waits for, against hanging.
const testPatience = 10 * time.Minute

// runAsWS makes the test binary be ws: that is how a shell runs it.
const runAsWS = "RUN_THE_TEST_BINARY_AS_WS"

// TestMain fails the tests if a goroutine or a file descriptor outlives them.
func TestMain(m *testing.M) {
	if os.Getenv(runAsWS) != "" {
		main()
	}
	os.Exit(leak.Run(m))
}

// output collects what a command prints.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newOutput() *output { return &output{changed: make(chan struct{}, 1)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.changed <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// wait waits until want has been printed.
func (o *output) wait(t testing.TB, want string) {
	t.Helper()
	late := time.After(testPatience)
	for !strings.Contains(o.String(), want) {
		select {
		case <-o.changed:
		case <-late:
			t.Fatalf("printed:\n%.1000s\nwant in it:\n%.1000s", o, want)
		}
	}
}

// process is a run of ws.
type process struct {
	t              testing.TB
	stdin          *io.PipeWriter
	stdout, stderr *output
	signals        chan os.Signal
	ended          chan int
}

// start runs ws with the arguments, until the test ends at the latest.
func start(t testing.TB, args ...string) *process {
	return startIn(t, environment{}, args...)
}

// startIn is start with the rest of the environment chosen. A closing handshake
// gets all the time that it needs, if closeTime does not say otherwise.
func startIn(t testing.TB, env environment, args ...string) *process {
	if env.closeTime == 0 {
		env.closeTime = testPatience
	}
	r, w := io.Pipe()
	p := &process{
		t: t, stdin: w, stdout: newOutput(), stderr: newOutput(),
		signals: make(chan os.Signal, 2), ended: make(chan int, 1),
	}
	env.stdin, env.stdout, env.stderr, env.signals = r, p.stdout, p.stderr, p.signals
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		p.ended <- run(args, env)
		r.Close()
	}()
	t.Cleanup(func() {
		w.Close()
		for range 2 {
			select {
			case p.signals <- syscall.SIGTERM:
			default:
			}
		}
		<-gone
	})
	return p
}

// say types text.
func (p *process) say(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, text); err != nil {
		p.t.Fatal(err)
	}
}

// want waits for the end and compares the exit status and what was printed.
func (p *process) want(status int, stdout, stderr string) {
	p.t.Helper()
	p.wantStatus(status)
	if got := p.stdout.String(); got != stdout {
		p.t.Errorf("stdout:\n%.500q (%d bytes)\nwant:\n%.500q (%d bytes)", got, len(got), stdout, len(stdout))
	}
	if got := p.stderr.String(); got != stderr {
		p.t.Errorf("stderr:\n%.500q\nwant:\n%.500q", got, stderr)
	}
}

// wantStatus waits for the end and compares the exit status.
func (p *process) wantStatus(status int) {
	p.t.Helper()
	select {
	case got := <-p.ended:
		if got != status {
			p.t.Errorf("exit status %d, want %d", got, status)
		}
	case <-time.After(testPatience):
		p.t.Fatalf("does not end; stdout:\n%.500s\nstderr:\n%.500s", p.stdout, p.stderr)
	}
}

// serve starts ws serve on a free port and returns "host:port".
func serve(t testing.TB, flags ...string) (*process, string) {
	t.Helper()
	p := start(t, append([]string{"serve", "-addr", "127.0.0.1:0"}, flags...)...)
	p.stdout.wait(t, "\n")
	_, rest, _ := strings.Cut(p.stdout.String(), "://")
	address, _, _ := strings.Cut(rest, "/")
	return p, address
}

// connect runs ws connect with stdin and returns when it has ended.
func connect(t testing.TB, stdin string, args ...string) *process {
	t.Helper()
	p := start(t, append([]string{"connect"}, args...)...)
	io.WriteString(p.stdin, stdin) // not all of it if the connection ends early
	p.stdin.Close()
	return p
}

func TestHelp(t *testing.T) {
	p := start(t, "help")
	overview := <-p.ended
	if text := p.stdout.String(); overview != 0 || !strings.HasPrefix(text, "ws tries") {
		t.Errorf("exit status %d:\n%s", overview, text)
	}
	for _, make := range commands {
		c := make()
		t.Run(c.name, func(t *testing.T) {
			p.stdout.wait(t, "\n  "+c.name+" ")
			for _, args := range [][]string{{"help", c.name}, {c.name, "-h"}, {c.name, "--help"}} {
				h := start(t, args...)
				h.want(0, h.wantHelp(c), "")
			}
			if diff := cmp.Diff(names(c.flags), grouped(c)); diff != "" {
				t.Errorf("groups do not have each flag once (-flags +groups):\n%s", diff)
			}
			if len(c.examples) != 2 {
				t.Errorf("%d examples", len(c.examples))
			}
			for _, e := range c.examples {
				if !strings.Contains(e.line, "ws "+c.name) {
					t.Errorf("an example of something else: %q", e.line)
				}
			}
		})
	}
}

// names returns the names of flags, sorted.
func names(fs *flag.FlagSet) (all []string) {
	fs.VisitAll(func(f *flag.Flag) { all = append(all, f.Name) })
	return all
}

// grouped returns the names of the flags of all groups, sorted.
func grouped(c *command) (all []string) {
	for _, g := range c.groups {
		all = append(all, g.flags...)
	}
	slices.Sort(all)
	return all
}

// The manual page in the tree is that of the commands.
func TestManual(t *testing.T) {
	p := start(t, "help", "-man")
	if status := <-p.ended; status != 0 {
		t.Fatalf("exit status %d: %s", status, p.stderr)
	}
	golden.Check(t, "ws.1", p.stdout.String())
}

// wantHelp checks the parts of a help text and returns the whole.
func (p *process) wantHelp(c *command) string {
	p.t.Helper()
	for _, part := range []string{"ws " + c.name + " " + c.does + ".\n", "\nUsage:\n  " + c.synopsis() + "\n", "\nExamples:\n"} {
		p.stdout.wait(p.t, part)
	}
	for _, g := range c.groups {
		p.stdout.wait(p.t, "\n"+g.title+":\n")
	}
	p.stdout.wait(p.t, c.examples[len(c.examples)-1].purpose+"\n")
	for text := range strings.Lines(p.stdout.String()) {
		if len(text) > 120 {
			p.t.Errorf("a long line: %q", text)
		}
	}
	return p.stdout.String()
}

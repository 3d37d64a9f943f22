// Compare measures this library beside its peers, and prints a table:
//
//	go run ./compare                       twenty minutes, on a machine with nothing else to do
//	go run ./compare -quick                two minutes at most: does it work?
//	go run ./compare -v -only gws,rfc6455  with each sample and each fixture that differs, for us
//	go run ./compare -write ../README.md -chart compare/peers.svg
//	                                       put the table between its marks, draw the chart
//	go run ./compare -redraw -write ../README.md -chart compare/peers.svg
//	                                       draw the chart of the table that is there
//
// Every peer is a server (package peers) in a process of its own, with one CPU
// and GOMAXPROCS=1; the client (package load) has another CPU. Every sample is
// taken from a fresh process. The rounds go through all measures and all peers,
// so that a slow minute of the machine hits everyone, and the table has the
// median of the rounds.
//
// # How to read the numbers
//
// CPU time per message is all that the server's process used, in the program
// and in the kernel, divided by the messages echoed. Lower is better. It is
// steadier than messages per second, and says the same: a server that needs
// 5000 ns per message echoes at most 200,000 in a second on one CPU. About half
// of it or more, with one message in flight, is the kernel's for two system
// calls, which no library can save. With 16 in flight a library can: by
// answering what came with one read by one write.
//
// A broadcast goes to 64 connections, the one that it came from among them, as
// a prepared message where the library has such. It is divided by the messages
// delivered. An opening handshake has no fields but its own; the connection is
// reset after it, and what that costs is in its CPU time.
//
// Text costs those more who check that it is UTF-8, which section 8.1 of RFC
// 6455 demands of everyone; the table says who does so always, by default or
// only on request (then it is turned on) and who leaves it to the program.
//
// Memory is what the server's resident set has grown by for each of many
// connections that have echoed one message and wait for the next. The kernel's
// buffers are not in it. Nothing forces a garbage collection before: this is
// what a server that is left alone needs.
//
// Compressed messages (RFC 7692) are JSON, 64 of them in turn, and go to servers
// at their fastest level, which is everyone's default. What the answer has on
// the wire says what the CPU time buys: less of it with a longer answer is
// another level, no better code. A dash is for those who do not agree to what
// is measured. Memory is what a connection still has after 64 KiB each way in
// messages of 1 KiB.
//
// Conformance is how many cases of ws conformance about frames end as RFC 6455
// demands, and how many of them strictly: with the close code that fits, and with
// the rules for senders kept up, too. Package suite says more. They are our reading
// of the RFC, so ours have to pass.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/interop/compare/peers"
	"github.com/seed372fb791/rfc6455/interop/internal/marks"
	"github.com/seed372fb791/rfc6455/websocket"
)

// config is what the flags say.
type config struct {
	rounds           int
	warmup, duration time.Duration
	busy, idle, used int           // connections
	settle           time.Duration // until their memory is looked at
	patience         time.Duration // with a server that does not answer a fixture
	peers            []peers.Peer
	verbose          bool
	log              io.Writer
	write, chart     string // files, "" for none
	command          string
}

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("compare", flag.ExitOnError)
	c := config{peers: peers.All, busy: 64, patience: 4 * time.Second, log: stderr}
	c.command = strings.Join(append([]string{"go run ./compare"}, args...), " ")
	serveName := flags.String("serve", "", "be a server of this `peer`")
	addr := flags.String("addr", "127.0.0.1:0", "with -serve: where to listen")
	broadcast := flags.Bool("broadcast", false, "with -serve: not the echo, but one that sends each message to all")
	mode := flags.Uint("mode", 0, "with -serve: 1 for permessage-deflate without context takeover, 2 for with it")
	bits := flags.Int("bits", 0, "with -serve: of the windows")
	flags.StringVar(&c.write, "write", "", "replace the table in this `file` too")
	flags.StringVar(&c.chart, "chart", "", "draw a chart of some rows in this `file`, as SVG")
	again := flags.Bool("redraw", false, "measure nothing, draw the chart of the table that -write names")
	quick := flags.Bool("quick", false, "take next to no time, measure next to nothing")
	only := flags.String("only", "", "peers to be compared, with commas")
	flags.IntVar(&c.rounds, "rounds", 3, "how often everything is measured")
	flags.DurationVar(&c.duration, "duration", time.Second, "of a sample")
	flags.IntVar(&c.idle, "idle", 2000, "idle connections")
	flags.IntVar(&c.used, "used", 1000, "connections that have compressed")
	flags.BoolVar(&c.verbose, "v", false, "tell each sample, and each fixture that differs")
	flags.Parse(args)
	if *serveName != "" {
		c := websocket.Compression{Mode: websocket.CompressionMode(*mode), WindowBits: *bits, PeerWindowBits: *bits}
		return serve(*serveName, *addr, setup{*broadcast, c}, stdout)
	}
	if *only != "" {
		if err := c.choose(*only); err != nil {
			return err
		}
	}
	c.warmup, c.settle = c.duration/3, time.Second
	if *quick {
		c.hurry()
	}
	if *again {
		return redraw(c.write, c.chart)
	}
	return c.compare(stdout)
}

// choose picks peers by their names.
func (c *config) choose(names string) error {
	c.peers = nil
	for name := range strings.SplitSeq(names, ",") {
		p, ok := peers.Find(name)
		if !ok {
			return fmt.Errorf("there is no peer %q", name)
		}
		c.peers = append(c.peers, p)
	}
	return nil
}

// hurry makes everything small.
func (c *config) hurry() {
	c.rounds, c.busy, c.idle, c.used = 1, 8, 50, 5
	c.warmup, c.duration, c.settle = 10*time.Millisecond, 50*time.Millisecond, 50*time.Millisecond
}

// compare measures, and prints the table.
func (c *config) compare(stdout io.Writer) error {
	t := newTable(c.peers)
	if err := c.measure(t); err != nil {
		return err
	}
	if err := c.conform(t); err != nil {
		return err
	}
	text := t.markdown() + "\n" + c.circumstances() + "\n"
	if c.write != "" {
		if err := marks.Replace(c.write, tableMarks, text); err != nil {
			return err
		}
	}
	if c.chart != "" {
		if err := t.draw(c.chart); err != nil {
			return err
		}
	}
	_, err := io.WriteString(stdout, text)
	return err
}

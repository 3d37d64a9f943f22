//go:build ignore

// Reads what go test -json writes, prints go test's own line for each package, a
// line for each test that failed, and appends what they have printed to the file -failures,
// that of skipped tests to -skipped: for whoever runs several go tests, to show
// it when all are over. With -quiet nothing is printed.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
)

// event is one of test2json.
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

type results struct {
	quiet             bool
	failures, skipped *os.File
	printed           map[string]map[string]string // by package and test, "" for none, what is not over
}

func main() {
	quiet := flag.Bool("quiet", false, "print nothing")
	failures := flag.String("failures", os.DevNull, "where the output of what failed goes")
	skipped := flag.String("skipped", os.DevNull, "where the output of what was skipped goes")
	flag.Parse()
	r := results{*quiet, appendTo(*failures), appendTo(*skipped), map[string]map[string]string{}}
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadString('\n')
		var e event
		if json.Unmarshal([]byte(line), &e) == nil {
			r.take(e)
		} else if strings.TrimSpace(line) != "" { // of the go command itself
			fmt.Fprint(r.failures, line)
		}
		if err != nil {
			return
		}
	}
}

func appendTo(name string) *os.File {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		log.Fatal(err)
	}
	return f
}

func (r *results) take(e event) {
	of := r.printed[e.Package]
	if of == nil {
		of = map[string]string{}
		r.printed[e.Package] = of
	}
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.failures, e.Output)
	case "output":
		if !strings.HasPrefix(strings.TrimLeft(e.Output, " "), "=== ") {
			of[e.Test] += e.Output
		}
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.packageOver(e, of)
			return
		}
		r.testOver(e, of[e.Test])
		delete(of, e.Test)
	}
}

func (r *results) testOver(e event, output string) {
	switch e.Action {
	case "fail":
		r.say("--- FAIL %s %s", e.Package, e.Test)
		fmt.Fprintf(r.failures, "%s\n%s", e.Package, output)
	case "skip":
		fmt.Fprintf(r.skipped, "%s: %s", e.Package, output)
	}
}

// packageOver is told that nothing of a package follows. Tests that are not
// over by then were ended by a panic, or by the timeout.
func (r *results) packageOver(e event, of map[string]string) {
	delete(r.printed, e.Package)
	switch e.Action {
	case "pass":
		r.say("ok  \t%s\t%.3fs", e.Package, e.Elapsed)
	case "fail":
		r.say("FAIL\t%s\t%.3fs", e.Package, e.Elapsed)
		for _, test := range slices.Sorted(maps.Keys(of)) {
			if test == "" || of[test] != "" {
				fmt.Fprintf(r.failures, "%s %s\n%s", e.Package, test, of[test])
			}
		}
	}
}

func (r *results) say(format string, args ...any) {
	if !r.quiet {
		fmt.Printf(format+"\n", args...)
	}
}

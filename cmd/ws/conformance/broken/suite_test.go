package broken

import (
	"context"
	_ "embed"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/internal/requirements"
	"github.com/seed372fb791/rfc6455/protocol"
)

// play runs cases against a peer with a fault.
type play func(t *testing.T, f Fault, o suite.Options) []verdict.Result

func playServer(t *testing.T, f Fault, o suite.Options) []verdict.Result {
	s, err := f.Listen()
	if err != nil {
		t.Error(err)
		return nil
	}
	defer s.Close()
	run, err := suite.Server(t.Context(), suite.Target{URL: s.URL()}, o)
	if err != nil {
		t.Errorf("%s: %v", f.Name, err)
	}
	return run.Results
}

func playClient(t *testing.T, f Fault, o suite.Options) (results []verdict.Result) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Error(err)
		return nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	var end sync.WaitGroup
	end.Go(func() {
		runs, err := suite.Listen(ctx, l, o)
		if err != nil || len(runs) != 1 {
			t.Errorf("%s: %d runs, %v", f.Name, len(runs), err)
			return
		}
		results = runs[0].Results
	})
	if err := f.Run(ctx, "ws://"+l.Addr().String()); err != nil {
		t.Errorf("%s: %v", f.Name, err)
	}
	cancel()
	end.Wait()
	return results
}

func TestServers(t *testing.T) { prove(t, protocol.Server, playServer) }

func TestClients(t *testing.T) { prove(t, protocol.Client, playClient) }

// prove proves the cases for peers of a role: a peer without fault passes them
// all, each fault is found by those that the table names, and each case finds
// one.
func prove(t *testing.T, side protocol.Role, play play) {
	cases, err := suite.Cases(side, false)
	if err != nil {
		t.Fatal(err)
	}
	open := map[string]bool{} // cases that have found nothing
	for _, r := range play(t, Fault{}, suite.Options{Cases: cases, Patience: time.Minute}) {
		switch r.Verdict {
		case verdict.Pass:
			open[r.Case.ID] = true
		case verdict.Informational: // no rule says what a fault is
		default:
			t.Errorf("without fault: %s: %s: want %s, got %s", r.Case.ID, r.Verdict, r.Want, r.Got)
		}
	}
	for id := range findAll(t, side, cases, play) {
		delete(open, id)
	}
	for id := range excuses(t, cases) {
		if !open[id] {
			t.Errorf("%s is excused for nothing", id)
		}
		delete(open, id)
	}
	for id := range open {
		t.Errorf("%s finds no fault", id)
	}
}

// findAll plays all faults at once and returns the cases that have found any.
func findAll(t *testing.T, side protocol.Role, cases []*suite.Case, play play) map[string]bool {
	var mu sync.Mutex
	found := map[string]bool{}
	var all sync.WaitGroup
	slots := make(chan struct{}, 16)
	for _, f := range list(t, side.String()) {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			for _, r := range play(t, f, options(t, f, cases)) {
				if string(r.Verdict) != f.Verdict {
					t.Errorf("%s: %s: %s instead of %s: want %s, got %s", f.Name, r.Case.ID, r.Verdict, f.Verdict, r.Want, r.Got)
				}
				mu.Lock()
				found[r.Case.ID] = true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return found
}

// options chooses the cases that have to find the fault.
func options(t *testing.T, f Fault, cases []*suite.Case) suite.Options {
	o := suite.Options{Patience: time.Minute} // a busy machine must not look like a fault
	if f.Silent {
		o.Patience = 2 * time.Second
	}
	for _, pattern := range f.Finders {
		if some, err := suite.Select(cases, []string{pattern}, nil); err == nil {
			o.Cases = append(o.Cases, some...)
		}
	}
	if len(o.Cases) == 0 {
		t.Errorf("%s: no case matches %q", f.Name, f.Finders)
	}
	return o
}

//go:embed excused.tsv
var excused string

// excuses returns the cases that need not find a fault: excused.tsv has
// patterns of them and why.
func excuses(t *testing.T, cases []*suite.Case) map[string]bool {
	ids := map[string]bool{}
	for line := range strings.Lines(excused) {
		pattern, why, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if why == "" {
			t.Errorf("there is no reason why %q is excused", pattern)
		}
		some, _ := suite.Select(cases, []string{pattern}, nil)
		for _, c := range some {
			ids[c.ID] = true
		}
	}
	return ids
}

// The table names requirements, sides, verdicts and cases that there are.
func TestTable(t *testing.T) {
	known, err := requirements.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	all, err := List()
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string][]*suite.Case{}
	for side, role := range map[string]protocol.Role{"server": protocol.Server, "client": protocol.Client} {
		if cases[side], err = suite.Cases(role, false); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range all {
		if !slices.ContainsFunc(known, func(r *requirements.Requirement) bool { return r.ID == f.Rule }) {
			t.Errorf("%s: there is no requirement %s", f.Name, f.Rule)
		}
		if !slices.Contains(verdict.All, verdict.Verdict(f.Verdict)) {
			t.Errorf("%s: there is no verdict %q", f.Name, f.Verdict)
		}
		var its []*suite.Case
		for _, side := range f.Sides {
			its = append(its, cases[side]...)
		}
		if _, err := suite.Select(its, f.Finders, nil); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

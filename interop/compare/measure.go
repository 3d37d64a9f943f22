package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/seed372fb791/rfc6455/interop/compare/conformance"
	"github.com/seed372fb791/rfc6455/interop/compare/load"
	"github.com/seed372fb791/rfc6455/interop/compare/peers"
	"github.com/seed372fb791/rfc6455/protocol"
)

// measure is a row of the table.
type measure struct {
	title  string
	format string // of a value
	take   func(*config, *server) (float64, error)
}

var measures = []measure{
	{"CPU per message: echo of 128 bytes, ns", "%.0f", echo(load.Echo{InFlight: 1, Type: protocol.OpBinary, Size: 128})},
	{"CPU per message: 128 bytes, 16 in flight, ns", "%.0f", echo(load.Echo{InFlight: 16, Type: protocol.OpBinary, Size: 128})},
	{"CPU per message: 16 KiB, ns", "%.0f", echo(load.Echo{InFlight: 1, Type: protocol.OpBinary, Size: 16 << 10})},
	{"CPU per message: 1 KiB of text in many scripts, ns", "%.0f", echo(load.Echo{InFlight: 1, Type: protocol.OpText, Size: 1 << 10})},
	{"Memory per idle connection, bytes", "%.0f", idle},
}

// echo measures CPU time per message under a load of 64 connections.
func echo(e load.Echo) func(*config, *server) (float64, error) {
	return func(c *config, s *server) (float64, error) {
		e.Conns, e.Warmup, e.Duration = 64, c.warmup, c.duration
		r, err := e.Run(s.addr, s.pid)
		if err != nil {
			return 0, err
		}
		if r.Messages == 0 {
			return 0, errors.New("no message was echoed in time")
		}
		return float64(r.CPU) / float64(r.Messages), nil
	}
}

func idle(c *config, s *server) (float64, error) {
	return load.Idle(s.addr, s.pid, c.idle, c.settle)
}

// measure takes the samples of all rounds and puts their medians into the
// table.
func (c *config) measure(t *table) error {
	for _, m := range measures {
		t.rows = append(t.rows, row{title: m.title})
	}
	samples := map[[2]int][]float64{} // of measure and peer
	for round := range c.rounds {
		for i, m := range measures {
			for j, p := range c.peers {
				err := withServer(p, func(s *server) error {
					value, err := m.take(c, s)
					samples[[2]int{i, j}] = append(samples[[2]int{i, j}], value)
					if c.verbose {
						fmt.Fprintf(c.log, "round %d, %s, %s: "+m.format+"\n", round+1, p.Name, m.title, value)
					}
					return err
				})
				if err != nil {
					return err
				}
			}
		}
	}
	for i, m := range measures {
		for j := range c.peers {
			t.rows[i].cells = append(t.rows[i].cells, fmt.Sprintf(m.format, median(samples[[2]int{i, j}])))
		}
	}
	return nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// conform plays the fixtures against all peers.
func (c *config) conform(t *table, scripts []*conformance.Script) error {
	demanded := row{title: "Fixtures that end as the RFC demands"}
	exact := row{title: "and with the close code of the fixture"}
	for _, p := range c.peers {
		outcomes, err := c.play(p, scripts)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		c.tell(p, outcomes)
		good, best := count(outcomes)
		demanded.cells = append(demanded.cells, fmt.Sprintf("%d of %d", good, len(outcomes)))
		exact.cells = append(exact.cells, fmt.Sprintf("%d of %d", best, len(outcomes)))
	}
	t.rows = append(t.rows, demanded, exact)
	return nil
}

func (c *config) play(p peers.Peer, scripts []*conformance.Script) ([]conformance.Outcome, error) {
	var s *server
	stop := func() {
		if s != nil {
			s.stop()
		}
	}
	defer func() { stop() }()
	return conformance.PlayAll(func() (string, error) {
		stop()
		var err error
		if s, err = startServer(p); err != nil {
			return "", err
		}
		return s.addr, nil
	}, scripts, c.patience)
}

func count(outcomes []conformance.Outcome) (good, best int) {
	for _, o := range outcomes {
		if o.Verdict != conformance.Wrong {
			good++
		}
		if o.Verdict == conformance.Exact {
			best++
		}
	}
	return good, best
}

// tell lists the fixtures that differ.
func (c *config) tell(p peers.Peer, outcomes []conformance.Outcome) {
	if !c.verbose {
		return
	}
	for _, o := range outcomes {
		if o.Verdict != conformance.Exact {
			fmt.Fprintf(c.log, "%s, %s, %v: %s\n", p.Name, o.Name, o.Verdict, o.Why)
		}
	}
}

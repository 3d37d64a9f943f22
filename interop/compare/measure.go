package main

import (
	"fmt"
	"slices"

	"github.com/seed372fb791/rfc6455/interop/compare/load"
	"github.com/seed372fb791/rfc6455/protocol"
)

// measure is a row of the table.
type measure struct {
	title string
	take  func(*config, *server) (float64, error)
}

var measures = []measure{
	{"CPU per message: echo of 128 bytes, ns", echo(load.Echo{InFlight: 1, Type: protocol.OpBinary, Size: 128})},
	{"CPU per message: 128 bytes, 16 in flight, ns", echo(load.Echo{InFlight: 16, Type: protocol.OpBinary, Size: 128})},
	{"CPU per message: 16 KiB, ns", echo(load.Echo{InFlight: 1, Type: protocol.OpBinary, Size: 16 << 10})},
	{"CPU per message: 1 KiB of text in many scripts, ns", echo(load.Echo{InFlight: 1, Type: protocol.OpText, Size: 1 << 10})},
	{"Memory per idle connection, bytes", idle},
}

// echo measures CPU time per message under a load of 64 connections.
func echo(e load.Echo) func(*config, *server) (float64, error) {
	return func(c *config, s *server) (float64, error) {
		e.Conns, e.Warmup, e.Duration = 64, c.warmup, c.duration
		r, err := e.Run(s.addr, s.pid)
		return float64(r.CPU) / float64(r.Messages), err
	}
}

func idle(c *config, s *server) (float64, error) {
	return load.Idle(s.addr, s.pid, c.idle, c.settle)
}

// measure takes the samples of all rounds and puts their medians into the
// table.
func (c *config) measure(t *table) error {
	samples := map[[2]int][]float64{} // of measure and peer
	for round := range c.rounds {
		for i, m := range measures {
			for j, p := range c.peers {
				err := withServer(p, func(s *server) error {
					value, err := m.take(c, s)
					samples[[2]int{i, j}] = append(samples[[2]int{i, j}], value)
					if c.verbose {
						fmt.Fprintf(c.log, "round %d, %s, %s: %.0f\n", round+1, p.Name, m.title, value)
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
		r := row{title: m.title}
		for j := range c.peers {
			r.cells = append(r.cells, fmt.Sprintf("%.0f", median(samples[[2]int{i, j}])))
		}
		t.rows = append(t.rows, r)
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

package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/seed372fb791/rfc6455/interop/compare/dial"
	"github.com/seed372fb791/rfc6455/interop/compare/load"
	"github.com/seed372fb791/rfc6455/interop/internal/child"
	"github.com/seed372fb791/rfc6455/protocol"
)

// measure is a row of the table, or several.
type measure struct {
	titles []string // of the figures
	panel  string   // title in the chart, which has the first figure; "" if it is not there
	server setup
	take   func(*config, *child.Server) ([]float64, error)
}

var measures = slices.Concat([]measure{
	echo("CPU per message: echo of 128 bytes, ns", load.Echo{InFlight: 1, Type: protocol.OpBinary, Size: 128}).as("Echo of 128 bytes, µs"),
	echo("CPU per message: 128 bytes, 16 in flight, ns", load.Echo{InFlight: 16, Type: protocol.OpBinary, Size: 128}).as("128 bytes, 16 in flight, µs"),
	echo("CPU per message: 1 KiB, 16 in flight, ns", load.Echo{InFlight: 16, Type: protocol.OpBinary, Size: 1 << 10}),
	echo("CPU per message: 16 KiB, ns", load.Echo{InFlight: 1, Type: protocol.OpBinary, Size: 16 << 10}).as("16 KiB, µs"),
	echo("CPU per message: 1 MiB over 4 connections, ns", load.Echo{Conns: 4, InFlight: 1, Type: protocol.OpBinary, Size: 1 << 20}),
	echo("CPU per message: 1 KiB of text in many scripts, ns", load.Echo{InFlight: 1, Type: protocol.OpText, Size: 1 << 10}).as("1 KiB of text, µs"),
	{
		titles: []string{"CPU per message delivered: broadcast of 128 bytes, ns"}, panel: "Broadcast, for each receiver, µs",
		server: setup{broadcast: true}, take: broadcast,
	},
	{titles: []string{"CPU per opening handshake, ns"}, panel: "Opening handshake, µs", take: openings},
	{titles: []string{"Memory per idle connection, bytes"}, panel: "Idle connection, kB of memory", take: idle},
}, compressed)

// as gives the measure a panel in the chart.
func (m measure) as(panel string) measure {
	m.panel = panel
	return m
}

// echo measures CPU time per message, over all connections that are to be busy
// unless e says how many.
func echo(title string, e load.Echo) measure {
	return measure{titles: []string{title}, take: func(c *config, s *child.Server) ([]float64, error) {
		if e.Warmup, e.Duration = c.warmup, c.duration; e.Conns == 0 {
			e.Conns = c.busy
		}
		r, err := e.Run(s.Addr, s.PID)
		return []float64{r.PerMessage()}, err
	}}
}

func broadcast(c *config, s *child.Server) ([]float64, error) {
	r, err := load.Broadcast{Conns: c.busy, Size: 128, Warmup: c.warmup, Duration: c.duration}.Run(s.Addr, s.PID)
	return []float64{r.PerMessage()}, err
}

func openings(c *config, s *child.Server) ([]float64, error) {
	r, err := load.Handshake{Conns: c.busy, Warmup: c.warmup, Duration: c.duration}.Run(s.Addr, s.PID)
	return []float64{r.PerMessage()}, err
}

func idle(c *config, s *child.Server) ([]float64, error) {
	perConn, err := load.Idle(s.Addr, s.PID, c.idle, c.settle)
	return []float64{perConn}, err
}

// sampling is which figure of whom.
type sampling struct{ measure, figure, peer int }

// measure takes the samples of all rounds and puts their medians into the
// table.
func (c *config) measure(t *table) error {
	samples := map[sampling][]float64{}
	for round := range c.rounds {
		for i, m := range measures {
			for j := range c.peers {
				figures, err := c.sample(m, j, round)
				if err != nil {
					return err
				}
				for k, value := range figures {
					at := sampling{i, k, j}
					samples[at] = append(samples[at], value)
				}
			}
		}
	}
	for i, m := range measures {
		for k, title := range m.titles {
			r := row{title: title}
			for j := range c.peers {
				r.cells = append(r.cells, cell(samples[sampling{i, k, j}]))
			}
			t.rows = append(t.rows, r)
		}
	}
	return nil
}

// sample measures once, with a fresh server. There are no figures of a server
// that does not agree to what is measured.
func (c *config) sample(m measure, peer, round int) (figures []float64, err error) {
	p := c.peers[peer]
	err = withServer(p, m.server, func(s *child.Server) error {
		figures, err = m.take(c, s)
		return err
	})
	if errors.Is(err, dial.ErrDeclined) {
		figures = nil
	} else if err != nil {
		return nil, err
	}
	if c.verbose {
		fmt.Fprintf(c.log, "round %d, %s, %s: %.0f\n", round+1, p.Name, m.titles[0], figures)
	}
	return figures, nil
}

func cell(values []float64) string {
	if len(values) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f", median(values))
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

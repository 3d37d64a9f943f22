package main

import (
	"os"
	"strconv"

	"github.com/seed372fb791/rfc6455/interop/compare/chart"
	"github.com/seed372fb791/rfc6455/interop/compare/peers"
)

// draw writes the chart of a table to a file.
func (t *table) draw(file string) error {
	return os.WriteFile(file, []byte(t.chart().SVG()), 0o644)
}

// redraw writes the chart of the table that stands in a file.
func redraw(from, file string) error {
	t, err := readTable(from)
	if err != nil {
		return err
	}
	return t.draw(file)
}

// chart has the rows of measures that have a panel.
func (t *table) chart() chart.Chart {
	c := chart.Chart{
		Title: "CPU time of the server per message, and its memory",
		Note:  "Shorter bars are better. Each panel has its own scale, from zero.",
	}
	for _, m := range measures {
		for _, r := range t.rows {
			if m.panel != "" && r.title == m.titles[0] {
				c.Panels = append(c.Panels, chart.Panel{Title: m.panel, Bars: t.bars(r)})
			}
		}
	}
	return c
}

// bars are a thousandth of what the row has: microseconds, and kilobytes.
func (t *table) bars(r row) (bars []chart.Bar) {
	for i, column := range t.columns {
		b := chart.Bar{Label: column}
		for _, p := range peers.All {
			if p.Title == column {
				b.Label, b.Strong = p.Name, p.Module == ""
			}
		}
		if value, err := strconv.ParseFloat(r.cells[i], 64); err == nil {
			b.Value = value / 1000
		}
		bars = append(bars, b)
	}
	return bars
}

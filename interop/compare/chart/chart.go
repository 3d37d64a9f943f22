// Package chart draws panels of horizontal bars as SVG, in the colours of a
// light or a dark page, whichever the reader prefers. Its letters are large
// enough for a phone, where a chart is shown at half its width.
package chart

import (
	"fmt"
	"strings"
)

// Chart is panels under a title and a note.
type Chart struct {
	Title, Note string
	Panels      []Panel
}

// Panel is bars of one unit, which its title names. They begin at zero, and the
// longest is as long as there is room for.
type Panel struct {
	Title string
	Bars  []Bar
}

// Bar is one of them.
type Bar struct {
	Label  string
	Value  float64 // 0 or less for none
	Strong bool    // whether it stands out
}

// text returns the value with three digits, or all those before the point.
func (b Bar) text() string {
	switch {
	case b.Value <= 0:
		return "–"
	case b.Value < 10:
		return fmt.Sprintf("%.2f", b.Value)
	case b.Value < 100:
		return fmt.Sprintf("%.1f", b.Value)
	}
	return fmt.Sprintf("%.0f", b.Value)
}

func (p Panel) longest() (value float64) {
	for _, b := range p.Bars {
		value = max(value, b.Value)
	}
	return value
}

// describe says in words what the chart shows, a line for each panel.
func (c Chart) describe() string {
	var s strings.Builder
	s.WriteString(c.Note)
	for _, p := range c.Panels {
		var bars []string
		for _, b := range p.Bars {
			bars = append(bars, b.Label+" "+b.text())
		}
		fmt.Fprintf(&s, "\n%s: %s.", p.Title, strings.Join(bars, ", "))
	}
	return s.String()
}

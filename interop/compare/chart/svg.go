package chart

import (
	"fmt"
	"html"
	"strings"
)

// Lengths, in pixels of a chart at its full width.
const (
	width   = 800
	margin  = 20
	columns = 2
	gutter  = 24
	panel   = (width - 2*margin - (columns-1)*gutter) / columns

	labels  = 138 // of a panel's width
	values  = 60
	gap     = 8 // between a bar and what is written beside it
	longest = panel - labels - values - 2*gap

	titles = 34 // of a panel's height
	row    = 25
	bar    = 16
	space  = 18 // below it
	head   = 84 // of the chart's height

	baseline = 14 // of the letters, below the top of a bar
)

const style = `
	text { font: 18px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: #1f2328 }
	.title { font-size: 22px }
	.title, .panel, .strong { font-weight: 600 }
	.label { text-anchor: end }
	.page { fill: #ffffff }
	.bar { fill: #afb8c1 }
	.bar.strong { fill: #0969da }
	@media (prefers-color-scheme: dark) {
		text { fill: #e6edf3 }
		.page { fill: #0d1117 }
		.bar { fill: #656d76 }
		.bar.strong { fill: #4493f8 }
	}
`

// SVG draws the chart.
func (c Chart) SVG() string {
	var s drawing
	s.printf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" `+
		`role="img" aria-labelledby="title description">`, width, c.height())
	s.printf(`<title id="title">%s</title>`, html.EscapeString(c.Title))
	s.printf(`<desc id="description">%s</desc>`, html.EscapeString(c.describe()))
	s.printf(`<style>%s</style>`, style)
	s.printf(`<rect class="page" width="%d" height="%d" rx="8"/>`, width, c.height())
	s.text("title", margin, 38, c.Title)
	s.text("note", margin, 66, c.Note)
	for i, p := range c.Panels {
		s.panel(p, margin+i%columns*(panel+gutter), head+i/columns*c.rowHeight())
	}
	s.printf(`</svg>`)
	return s.String()
}

func (c Chart) height() int {
	return head + (len(c.Panels)+columns-1)/columns*c.rowHeight()
}

// rowHeight has room for the panel with the most bars.
func (c Chart) rowHeight() int {
	most := 0
	for _, p := range c.Panels {
		most = max(most, len(p.Bars))
	}
	return titles + most*row + space
}

// drawing is an SVG that is being written.
type drawing struct{ strings.Builder }

func (s *drawing) printf(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

func (s *drawing) text(class string, x, y int, text string) {
	s.printf(`<text class="%s" x="%d" y="%d">%s</text>`, class, x, y, html.EscapeString(text))
}

func (s *drawing) panel(p Panel, x, y int) {
	s.text("panel", x, y+18, p.Title)
	y += titles
	for _, b := range p.Bars {
		weight := ""
		if b.Strong {
			weight = " strong"
		}
		s.text("label"+weight, x+labels, y+baseline, b.Label)
		end := x + labels + gap
		if b.Value > 0 {
			length := int(longest*b.Value/p.longest() + 0.5)
			s.printf(`<rect class="bar%s" x="%d" y="%d" width="%d" height="%d" rx="2"/>`, weight, end, y, length, bar)
			end += length + gap
		}
		s.text("value"+weight, end, y+baseline, b.text())
		y += row
	}
}

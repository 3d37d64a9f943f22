package watch

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// The lengths of a chart, in pixels.
const (
	width   = 800
	margin  = 20
	head    = 70
	columns = 2
	gutter  = 30
	panel   = (width - 2*margin - (columns-1)*gutter) / columns
	plot    = 120 // the height of a curve
	row     = plot + 60
)

const style = `
	text { font: 14px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; fill: #1f2328 }
	.title { font-size: 20px; font-weight: 600 }
	.name { font-weight: 600; font-size: 13px }
	.page { fill: #ffffff }
	.warm { fill: #afb8c1; opacity: .2 }
	path { fill: none; stroke: #0969da; stroke-width: 1.5 }
	line { stroke: #afb8c1 }
	@media (prefers-color-scheme: dark) {
		text { fill: #e6edf3 }
		.page { fill: #0d1117 }
		path { stroke: #4493f8 }
	}
`

// curve is one of the things that a chart shows over time.
type curve struct {
	name   string
	values []float64
}

func curves(samples []Sample) []curve {
	c := []curve{{name: "heap after GC, MB"}, {name: "resident memory, MB"}, {name: "goroutines"},
		{name: "descriptors"}, {name: "connections"}, {name: "messages a second"}}
	var before Sample
	for _, s := range samples {
		rate := float64(s.Messages-before.Messages) / (s.Elapsed - before.Elapsed).Seconds()
		for i, v := range []float64{float64(s.Heap) / 1e6, float64(s.Resident) / 1e6, float64(s.Goroutines),
			float64(s.Descriptors), float64(s.Open), rate} {
			c[i].values = append(c[i].values, v)
		}
		before = s
	}
	return c
}

// SVG draws the samples. Each curve has its own scale, from zero.
func SVG(title string, samples []Sample) string {
	var s strings.Builder
	all := curves(samples)
	height := head + (len(all)+columns-1)/columns*row
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">`+"\n", width, height)
	fmt.Fprintf(&s, "<title>%s</title>\n<style>%s</style>\n", html.EscapeString(title), style)
	fmt.Fprintf(&s, `<rect class="page" width="%d" height="%d" rx="8"/>`+"\n", width, height)
	text(&s, "title", margin, 32, title)
	text(&s, "note", margin, 54, "Each curve has its own scale, from zero. The first third, grey, is the warm-up.")
	for i, c := range all {
		c.draw(&s, samples, margin+i%columns*(panel+gutter), head+i/columns*row)
	}
	s.WriteString("</svg>\n")
	return s.String()
}

// draw draws the curve into the panel at x, y.
func (c curve) draw(s *strings.Builder, samples []Sample, x, y int) {
	end, most := samples[len(samples)-1].Elapsed, 1e-9
	for _, v := range c.values {
		most = max(most, v)
	}
	text(s, "name", x, y+16, fmt.Sprintf("%s: %.4g at the end, %.4g at most", c.name, c.values[len(c.values)-1], most))
	y += 26
	fmt.Fprintf(s, `<rect class="warm" x="%d" y="%d" width="%d" height="%d"/>`+"\n", x, y, panel/3, plot)
	fmt.Fprintf(s, `<line x1="%d" y1="%d" x2="%d" y2="%[2]d"/>`+"\n", x, y+plot, x+panel)
	var points []string
	for i, v := range c.values {
		points = append(points, fmt.Sprintf("%.1f,%.1f", float64(x)+panel*float64(samples[i].Elapsed)/float64(end),
			float64(y)+plot*(1-v/most)))
	}
	fmt.Fprintf(s, `<path d="M%s"/>`+"\n", strings.Join(points, " L"))
	text(s, "time", x, y+plot+16, "0")
	fmt.Fprintf(s, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", x+panel, y+plot+16, end.Round(time.Second))
}

func text(s *strings.Builder, class string, x, y int, t string) {
	fmt.Fprintf(s, `<text class="%s" x="%d" y="%d">%s</text>`+"\n", class, x, y, html.EscapeString(t))
}

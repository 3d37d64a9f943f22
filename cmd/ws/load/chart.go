package load

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Lengths, in pixels of a chart at its full width.
const (
	chartWidth  = 800
	chartHeight = 500
	margin      = 24
	left        = 112 // of the plot, with room for times on its side
	right       = chartWidth - 72
	top         = 112
	bottom      = chartHeight - 76
)

const chartStyle = `
	text { font: 16px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: #1f2328 }
	.title { font-size: 22px; font-weight: 600 }
	.time { text-anchor: end }
	.percent, .axis { text-anchor: middle }
	.page { fill: #ffffff }
	.grid { stroke: #d1d9e0 }
	.line { fill: none; stroke: #0969da; stroke-width: 2.5; stroke-linejoin: round }
	@media (prefers-color-scheme: dark) {
		text { fill: #e6edf3 }
		.page { fill: #0d1117 }
		.grid { stroke: #3d444d }
		.line { stroke: #4493f8 }
	}
`

// SVG draws the latencies by percentile, in the colours of a light or a dark
// page, whichever the reader prefers. Each step to the right, from 90 % to 99 %
// and so on, is to a tenth of the messages that took longer.
func (r *Result) SVG() string {
	var s drawing
	s.printf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" `+
		`role="img" aria-labelledby="title description">`, chartWidth, chartHeight)
	s.printf(`<title id="title">Latency by percentile</title>`)
	s.printf(`<desc id="description">%s</desc>`, html.EscapeString(r.describe()))
	s.printf(`<style>%s</style>`, chartStyle)
	s.printf(`<rect class="page" width="%d" height="%d" rx="8"/>`, chartWidth, chartHeight)
	s.text("title", margin, 40, "Latency by percentile")
	s.text("note", margin, 68, r.shape())
	s.text("note", margin, 92, r.describe())
	p := newPlot(r.Distribution)
	s.times(p)
	s.percents(p)
	s.line(p, r.Distribution)
	s.printf(`</svg>`)
	return s.String()
}

// describe says the most important in a line.
func (r *Result) describe() string {
	from := "from sending"
	if r.Rate > 0 {
		from = "from when due"
	}
	return fmt.Sprintf("%s; %s: p50 %s, p99 %s, max %s",
		r.speed(), from, Time(r.Latency.P50), Time(r.Latency.P99), Time(r.Latency.Max))
}

// plot is the scales of the two axes.
type plot struct {
	decades float64 // how many times the messages that took longer become a tenth
	most    float64 // microseconds at the top
	step    float64 // from one line of the grid to the next
}

func newPlot(points []Percentile) plot {
	last := points[len(points)-1]
	p := plot{decades: max(1, math.Ceil(decade(last.Percent)-1e-6))}
	const lines = 5
	p.step = round125(max(last.Microseconds, 1) / lines)
	p.most = p.step * math.Ceil(max(last.Microseconds, 1)/p.step)
	return p
}

// round125 returns the next greater number of 1, 2, 5, 10, 20, 50 and so on.
func round125(v float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, digit := range []float64{1, 2, 5} {
		if digit*unit >= v {
			return digit * unit
		}
	}
	return 10 * unit
}

// decade returns how many times the messages that took longer have become a
// tenth at a percentile.
func decade(percent float64) float64 { return -math.Log10(1 - percent/100) }

func (p plot) x(decade float64) float64 { return left + (right-left)*decade/p.decades }

func (p plot) y(us float64) float64 { return bottom - (bottom-top)*us/p.most }

// drawing is an SVG that is being written.
type drawing struct{ strings.Builder }

func (s *drawing) printf(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

func (s *drawing) text(class string, x, y float64, text string) {
	s.printf(`<text class="%s" x="%.0f" y="%.0f">%s</text>`, class, x, y, html.EscapeString(text))
}

// times draws the lines across, and the time that each stands for.
func (s *drawing) times(p plot) {
	for us := 0.0; us < p.most+p.step/2; us += p.step {
		y := p.y(us)
		s.printf(`<path class="grid" d="M%d %.1fH%d"/>`, left, y, right)
		label := "0"
		if us > 0 {
			label = Time(us)
		}
		s.text("time", left-10, y+5, label)
	}
}

// percents draws the lines down, and the percentile that each stands for, as
// far as there is room for it.
func (s *drawing) percents(p plot) {
	const room = 6 // labels besides each other
	every := int(p.decades)/(room+1) + 1
	for d := 0; d <= int(p.decades); d++ {
		x := p.x(float64(d))
		s.printf(`<path class="grid" d="M%.1f %dV%d"/>`, x, top, bottom)
		if d%every == 0 {
			s.text("percent", x, bottom+24, percentLabel(d))
		}
	}
	s.text("axis", (left+right)/2, bottom+54, "so many of the messages were answered within this time")
}

// percentLabel returns 0 %, 90 %, 99 %, 99.9 % and so on.
func percentLabel(decades int) string {
	if decades < 3 {
		return []string{"0 %", "90 %", "99 %"}[decades]
	}
	return "99." + strings.Repeat("9", decades-2) + " %"
}

func (s *drawing) line(p plot, points []Percentile) {
	var path strings.Builder
	for i, point := range points {
		command := 'L'
		if i == 0 {
			command = 'M'
		}
		fmt.Fprintf(&path, "%c%.1f %.1f", command, p.x(decade(point.Percent)), p.y(point.Microseconds))
	}
	s.printf(`<path class="line" d="%s"/>`, path.String())
}

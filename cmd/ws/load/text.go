package load

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Print prints the result for people.
func (r *Result) Print(w io.Writer) error {
	var s strings.Builder
	fmt.Fprintf(&s, "%s\n%s\n", r.URL, r.shape())
	if r.Measured() {
		r.printRates(&s)
		r.printTimes(&s)
	}
	r.printFailures(&s)
	_, err := io.WriteString(w, s.String())
	return err
}

// shape says what the server was loaded with.
func (r *Result) shape() string {
	return fmt.Sprintf("%s for %s, %d bytes of %s, up to %d in flight on each",
		plural(r.Connections.Opened, "connection"), seconds(r.Seconds), r.Size, r.Type, r.Pipeline)
}

// speed is how many messages were answered in a second and, at a rate, how many
// should have been.
func (r *Result) speed() string {
	s := Grouped(r.MessagesPerSecond)
	if r.Rate > 0 {
		s += " of " + Grouped(r.Rate)
	}
	return s + " messages/s"
}

func (r *Result) printRates(s *strings.Builder) {
	t := tabwriter.NewWriter(s, 0, 0, 2, ' ', 0)
	defer t.Flush()
	fmt.Fprintf(t, "\nthroughput\t%s, %s/s of payload each way\n", r.speed(), volume(r.PayloadPerSecond))
	fmt.Fprintf(t, "on the wire\t%s/s out, %s/s in\n", volume(r.WireOutPerSecond), volume(r.WireInPerSecond))
	if m := r.Messages; r.Rate > 0 {
		fmt.Fprintf(t, "not on time\t%s of %s messages, %.2f %%\n", Grouped(float64(m.Late+m.NotSent)), Grouped(float64(m.Sent+m.NotSent)), 100*r.notOnTime())
	}
	g := r.Generator
	fmt.Fprintf(t, "generator\t%s of CPU time per message, %.0f %% of %s\n", Time(g.CPUPerMsg), 100*g.Busy, plural(g.Cores, "core"))
	if g.Bottleneck {
		fmt.Fprintln(t, "\tIt was busy all the time: this may be its limit, not the server's.")
	}
}

func (r *Result) printTimes(s *strings.Builder) {
	t := tabwriter.NewWriter(s, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "\n\tmean\tp50\tp90\tp99\tp99.9\tmax\t\n")
	for _, row := range []struct {
		name string
		Times
	}{{"latency  ", r.Latency}, {"handshake", r.Handshake}} {
		fmt.Fprint(t, row.name)
		for _, v := range []float64{row.Mean, row.P50, row.P90, row.P99, row.P999, row.Max} {
			fmt.Fprint(t, "\t"+Time(v))
		}
		fmt.Fprint(t, "\t\n")
	}
	t.Flush()
	s.WriteString(r.measuredFrom() + "\n")
}

// measuredFrom says what a latency is.
func (r *Result) measuredFrom() string {
	if r.Rate > 0 {
		return "Latency counts from when a message was due (open loop)."
	}
	return "Latency counts from sending (closed loop): while the server stalls it is sent less. See -rate."
}

func (r *Result) printFailures(s *strings.Builder) {
	if len(r.Failures) == 0 {
		return
	}
	t := tabwriter.NewWriter(s, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "\nfailures\n")
	for _, f := range r.Failures {
		what := strings.TrimSuffix(f.Kind+": "+f.Detail, ": ")
		fmt.Fprintf(t, "  %s\t%s\n", Grouped(float64(f.Count)), what)
	}
	if n := r.Connections.NotTried; n > 0 {
		fmt.Fprintf(t, "  %s\tnot tried any more\n", Grouped(float64(n)))
	}
	t.Flush()
}

// Time returns a time in microseconds with its unit and three digits.
func Time(us float64) string {
	unit := "µs"
	for _, larger := range []struct {
		name string
		us   float64
	}{{"s", 1e6}, {"ms", 1e3}} {
		if us >= 0.9995*larger.us { // which would be rounded up to it
			us, unit = us/larger.us, larger.name
			break
		}
	}
	return threeDigits(us) + " " + unit
}

// threeDigits returns v with three digits, or all those before the point.
func threeDigits(v float64) string {
	switch {
	case v < 9.995:
		return fmt.Sprintf("%.2f", v)
	case v < 99.95:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// Grouped returns v without a fraction, its digits in groups.
func Grouped(v float64) string {
	digits := strconv.FormatInt(int64(math.Round(v)), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// volume returns a number of bytes with its unit.
func volume(n float64) string {
	for _, unit := range []string{"B", "kB", "MB"} {
		if n < 999.5 {
			return threeDigits(n) + " " + unit
		}
		n /= 1000
	}
	return threeDigits(n) + " GB"
}

func seconds(s float64) string {
	return time.Duration(s * float64(time.Second)).Round(time.Millisecond).String()
}

func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return Grouped(float64(n)) + " " + thing
}

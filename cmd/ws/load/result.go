package load

import (
	"math"
	"runtime"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Result is what a load came to. As JSON it has these names; times are in
// microseconds or seconds, as the names say.
type Result struct {
	URL         string      `json:"url"`  // left to the caller
	Loop        string      `json:"loop"` // closed, or open: at a rate
	Type        string      `json:"type"` // of messages: text or binary
	Size        int         `json:"size_bytes"`
	Pipeline    int         `json:"pipeline"`       // messages in flight on each connection, at most
	Rate        float64     `json:"rate,omitempty"` // asked for, messages a second; not in the closed loop
	Connections Connections `json:"connections"`

	Seconds  float64  `json:"seconds"` // for which it counted: not the warm-up
	Messages Messages `json:"messages"`
	// Messages answered in a second, the bytes in them, which are as many there as
	// back, and the bytes of all frames, as they are on the wire before TLS.
	MessagesPerSecond float64 `json:"messages_per_second"`
	PayloadPerSecond  float64 `json:"payload_bytes_per_second"`
	WireOutPerSecond  float64 `json:"wire_out_bytes_per_second"`
	WireInPerSecond   float64 `json:"wire_in_bytes_per_second"`

	// Latency counts from when a message was sent, in the open loop from when it
	// was due. Handshake is the time from before a connection is opened until it
	// can be used: TCP, TLS and the opening handshake.
	Latency   Times `json:"latency"`
	Handshake Times `json:"handshake"`

	Failures    []Failure `json:"failures"`
	Generator   Generator `json:"generator"`
	Interrupted bool      `json:"interrupted"` // it ended before its time because the user wanted

	// Distribution is Latency by percentile, for a chart.
	Distribution []Percentile `json:"-"`
	// First is the first error of a connection, nil if there was none.
	First error `json:"-"`
}

// Connections counts connections.
type Connections struct {
	Asked    int `json:"asked"`
	Opened   int `json:"opened"`
	NotTried int `json:"not_tried"` // after so many failures in a row, or an interrupt
}

// Messages counts the messages of the time that counts.
type Messages struct {
	Sent     int64 `json:"sent"`
	Answered int64 `json:"answered"` // some of them after the end
	Late     int64 `json:"late"`     // open loop: sent more than a millisecond later than they were due
	NotSent  int64 `json:"not_sent"` // open loop: due, and never sent
}

// Times are latencies in microseconds.
type Times struct {
	Count int64   `json:"count"`
	Mean  float64 `json:"mean_us"`
	P50   float64 `json:"p50_us"`
	P90   float64 `json:"p90_us"`
	P99   float64 `json:"p99_us"`
	P999  float64 `json:"p99.9_us"`
	Max   float64 `json:"max_us"`
}

// Percentile is a point of a distribution: so many percent took no longer.
type Percentile struct {
	Percent      float64
	Microseconds float64
}

// Generator is what the load has cost this process in the time that counts.
type Generator struct {
	CPUSeconds float64 `json:"cpu_seconds"`
	CPUPerMsg  float64 `json:"cpu_us_per_message"`
	Cores      int     `json:"cores"` // that it may use
	Busy       float64 `json:"busy"`  // the part of them that it has used, from 0 to 1
	// Bottleneck says that it was as good as always busy and, in the open loop,
	// where it does not sleep when it could, that messages were late: what was
	// measured may be the limit of this machine and not of the server.
	Bottleneck bool `json:"bottleneck"`
}

const (
	// busyAll is how much of its cores a process uses that is always busy.
	busyAll = 0.9
	// manyLate is the part of the messages that may be late.
	manyLate = 0.01
)

// Measured reports whether anything was.
func (r *Result) Measured() bool { return r.Latency.Count > 0 }

// result sums up. All goroutines have ended.
func (r *run) result(began, ended snapshot, interrupted bool) *Result {
	latencies := newLatencies(fine)
	for _, rec := range r.recorders {
		latencies.Merge(rec.all)
	}
	res := &Result{
		Loop: "closed", Type: r.Type.String(), Size: r.Size, Pipeline: r.Pipeline, Rate: r.Rate,
		Connections:  Connections{Asked: r.Conns, Opened: len(r.conns), NotTried: r.Conns - len(r.conns) - r.unopened},
		Latency:      times(latencies),
		Handshake:    times(r.handshake.all),
		Interrupted:  interrupted,
		Distribution: distribution(latencies),
		First:        r.failures.first,
	}
	if r.Rate > 0 {
		res.Loop = "open"
	}
	res.addRates(r.sum(), time.Duration(r.until.Load()-r.from.Load()), began, ended)
	if !interrupted {
		r.failures.addMessages(NoAnswer, res.Messages.Sent-res.Messages.Answered)
		r.failures.addMessages(NotSent, res.Messages.NotSent)
	}
	res.Failures = r.failures.list()
	return res
}

// sum adds up what connections have counted.
func (r *run) sum() (sum tally) {
	for _, c := range r.conns {
		c.countUnsent()
		sum.sent += c.tally.sent
		sum.answered += c.tally.answered
		sum.late += c.tally.late
		sum.unsent += c.tally.unsent
		sum.received += c.tally.received
	}
	return sum
}

// notOnTime returns which part of the messages was sent late, or never.
func (r *Result) notOnTime() float64 {
	m := r.Messages
	if m.Sent+m.NotSent == 0 {
		return 0
	}
	return float64(m.Late+m.NotSent) / float64(m.Sent+m.NotSent)
}

// addRates adds what is counted in a length of time.
func (r *Result) addRates(sum tally, took time.Duration, began, ended snapshot) {
	r.Messages = Messages{sum.sent, sum.answered, sum.late, sum.unsent}
	r.Generator.Cores = runtime.GOMAXPROCS(0)
	if took <= 0 || ended.at <= began.at {
		return
	}
	r.Seconds = took.Seconds()
	r.MessagesPerSecond = rounded(float64(sum.received) / took.Seconds())
	r.PayloadPerSecond = rounded(r.MessagesPerSecond * float64(r.Size))
	seconds := time.Duration(ended.at - began.at).Seconds()
	r.WireOutPerSecond = rounded(float64(ended.out-began.out) / seconds)
	r.WireInPerSecond = rounded(float64(ended.in-began.in) / seconds)
	g := &r.Generator
	g.CPUSeconds = (ended.cpu - began.cpu).Seconds()
	g.Busy = rounded(g.CPUSeconds / seconds / float64(g.Cores))
	g.Bottleneck = g.Busy > busyAll && (r.Rate == 0 || r.notOnTime() > manyLate)
	if sum.received > 0 {
		g.CPUPerMsg = rounded(g.CPUSeconds * 1e6 / float64(sum.received))
	}
}

// microseconds returns a time in nanoseconds, without fractions of one.
func microseconds(ns float64) float64 { return rounded(ns / float64(time.Microsecond)) }

// rounded returns v with three digits after the point, so that all machines
// print the same.
func rounded(v float64) float64 { return math.Round(v*1000) / 1000 }

func times(h *hdrhistogram.Histogram) Times {
	at := func(percent float64) float64 { return microseconds(float64(h.ValueAtPercentile(percent))) }
	return Times{
		Count: h.TotalCount(), Mean: microseconds(h.Mean()),
		P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Max: at(100),
	}
}

// distribution returns points that are as far from each other where each is ten
// times as rare as the one before, up to the greatest latency.
func distribution(h *hdrhistogram.Histogram) (points []Percentile) {
	const perDecade = 20
	for i := 0; ; i++ {
		rare := math.Pow(10, -float64(i)/perDecade)
		percent := 100 * (1 - rare)
		if last := rare*float64(h.TotalCount()) <= 1; last {
			return append(points, Percentile{percent, microseconds(float64(h.ValueAtPercentile(100)))})
		}
		points = append(points, Percentile{percent, microseconds(float64(h.ValueAtPercentile(percent)))})
	}
}

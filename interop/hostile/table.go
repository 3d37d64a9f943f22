package main

import (
	"fmt"
	"time"
)

// row is what one kind has cost.
type row struct {
	kind         kind
	sink, server latency
	progress     progress // in the last round
}

const head = `| hostile | p50, sink | p50, server | p99, sink | p99, server | p99 quotient | connected | failed | cut off | server's connections |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
`

// quietRow is the row of nobody.
func quietRow(l latency) string {
	return fmt.Sprintf("| none | %s | | %s | | | | | | |\n", milliseconds(l.P50), milliseconds(l.P99))
}

func (r row) String() string {
	return fmt.Sprintf("| %s: %s | %s | %s | %s | %s | %.2f | %d | %d | %d | %d |\n", r.kind.name, r.kind.what,
		milliseconds(r.sink.P50), milliseconds(r.server.P50), milliseconds(r.sink.P99), milliseconds(r.server.P99),
		r.quotient(), r.progress.Connected, r.progress.Failed, r.progress.Cut, r.progress.Open)
}

// quotient is what the server makes of what the hostile ones cost by being there.
func (r row) quotient() float64 { return float64(r.server.P99) / float64(max(r.sink.P99, 1)) }

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", d.Seconds()*1000)
}

package observe

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// window is what rates of the test are over: all that happens is in it.
const window = 300 // seconds

// expected is the answer to a query of the dashboard: what is known of some of its values, by their labels, which are
// those that it has but for job and instance.
type expected map[string]func(float64) bool

func exactly(want float64) func(float64) bool { return func(v float64) bool { return v == want } }

func positive(v float64) bool { return v > 0 }

// happened is the rate of what has happened so often. Prometheus takes the time between two of its looks into account, so
// it may be more.
func happened(times float64) func(float64) bool {
	return func(v float64) bool { return v*window >= 0.99*times && v*window <= 2*times }
}

// answers are what is expected of each query, by the metrics in it.
var answers = map[string]expected{
	"websocket_server_connections":                {"name=demo": exactly(stay)},
	"websocket_server_handshakes":                 {"name=demo": exactly(0)},
	"websocket_server_received_bytes_total":       {"name=demo": func(v float64) bool { return v*window > people*messages*50 && v*window < 1e6 }},
	"websocket_server_sent_bytes_total":           {"name=demo": func(v float64) bool { return v*window > people*people*messages*50 && v*window < 1e9 }},
	"websocket_server_accepted_connections_total": {"name=demo": happened(arrived)},
	"websocket_server_refused_handshakes_total": {
		"name=demo status=403": happened(refused),
		"name=demo status=503": exactly(0),
	},
	"websocket_server_failed_handshakes_total":   {"name=demo": happened(broken)},
	"websocket_server_dropped_connections_total": {"name=demo": exactly(0)},
	"websocket_server_closed_connections_total": {
		"by=peer code=1001 name=demo":   happened(2),
		"by=peer code=1006 name=demo":   happened(1),
		"by=peer code=1000 name=demo":   exactly(0),
		"by=server code=1009 name=demo": happened(1),
		"by=server code=1011 name=demo": exactly(0),
	},
	"websocket_hub_topics":                   {"name=chat": exactly(1), "name=board": exactly(0)},
	"websocket_hub_subscriptions":            {"name=chat": exactly(people - 4), "name=prices": exactly(2 * viewers)},
	"websocket_hub_published_messages_total": {"name=chat": happened(people * messages), "name=prices": positive},
	"websocket_hub_delivered_messages_total": {"name=chat": happened(people * people * messages), "name=prices": positive, "name=board": exactly(0)},
	"websocket_hub_failed_messages_total":    {"name=chat": exactly(0)},
	"websocket_hub_uncertain_messages_total": {"name=chat": exactly(0)},
	"websocket_hub_queued_messages":          {"name=chat": func(v float64) bool { return v >= 0 && v <= 1000 }},
	"websocket_hub_queued_bytes":             {"name=chat": func(v float64) bool { return v >= 0 && v <= 1e6 }},
	"websocket_hub_dropped_messages_total":   {"name=chat": exactly(0)},
	"websocket_hub_closed_connections_total": {"name=chat": exactly(0)},
	"websocket_hub_hand_outs_total":          {"name=chat": func(v float64) bool { return v > 0 && v*window <= 2*people*messages }},
	"websocket_hub_hand_out_seconds_total / websocket_hub_hand_outs_total": {
		"name=chat": func(v float64) bool { return v > 0 && v < patience.Seconds() },
	},
	"websocket_hub_losses_total":       {"name=chat": exactly(0)},
	"websocket_hub_gaps_total":         {"name=chat": exactly(0)},
	"websocket_hub_broker_up":          {"name=chat": exactly(1)},
	"websocket_client_connected":       {"name=deaf": exactly(1), "name=lossy": exactly(1), "name=cut off": exactly(0)},
	"websocket_client_down_seconds":    {"name=deaf": exactly(0), "name=cut off": positive},
	"websocket_client_attempts":        {"name=deaf": exactly(1), "name=cut off": positive},
	"websocket_client_losses_total":    {"name=lossy": happened(1), "name=deaf": exactly(0)},
	"websocket_client_outbox_messages": {"name=cut off": exactly(outbox), "name=deaf": exactly(0)},
	"websocket_client_unread_messages": {"name=deaf": exactly(unread), "name=lossy": exactly(0)},
	"websocket_client_outbox_bytes":    {"name=cut off": positive, "name=deaf": exactly(0)},
	"websocket_client_unread_bytes":    {"name=deaf": exactly(10 * unread)},
}

// Each query of the dashboard has an answer, and it is what has happened.
func TestDashboard(t *testing.T) {
	visitors, operators := startDemo(t)
	c := startClients(t)
	jobs := map[string]string{"demo": operators, "clients": c.addr}
	p := startPrometheus(t, jobs)
	p.caughtUp(len(jobs)) // rates need to see how it was before
	visitDemo(t, visitors)
	c.loseOne(t)
	p.wait("sum(websocket_server_closed_connections_total)", exactly(4))
	p.wait("sum(websocket_server_failed_handshakes_total)", exactly(broken))
	p.wait(`websocket_hub_subscriptions{name="chat"}`, exactly(people-4))
	p.wait(`websocket_hub_subscriptions{name="prices"}`, exactly(2*viewers))
	p.caughtUp(len(jobs))

	asked := make(map[string]bool)
	for _, query := range queries(t) {
		key := strings.Join(regexp.MustCompile(`\bwebsocket_[a-z_]+`).FindAllString(query, -1), " / ")
		want, known := answers[key]
		if !known {
			t.Errorf("nothing is known of %s", query)
		}
		asked[key] = true
		check(t, query, p.ask(query), want)
	}
	for key := range answers {
		if !asked[key] {
			t.Errorf("the dashboard does not ask for %s", key)
		}
	}
}

// queries returns those of the dashboard, as Grafana asks them for all jobs.
func queries(t *testing.T) (all []string) {
	t.Helper()
	text, err := os.ReadFile("../../observe/prometheus/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	grafana := strings.NewReplacer("$job", ".*", "$__rate_interval", fmt.Sprint(window, "s"))
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			all = append(all, grafana.Replace(target.Expr))
		}
	}
	return all
}

// check looks at an answer.
func check(t *testing.T, query string, answer []sample, want expected) {
	t.Helper()
	got := make(map[string]float64)
	for _, s := range answer {
		var labels []string
		for name, value := range s.labels {
			labels = append(labels, name+"="+value)
		}
		slices.Sort(labels)
		got[strings.Join(labels, " ")] = s.value
	}
	t.Logf("%s\n\t%v", query, got)
	for labels, is := range want {
		if v, ok := got[labels]; !ok || !is(v) {
			t.Errorf("%s\n\t%s: %v of %v", query, labels, v, slices.Sorted(maps.Keys(got)))
		}
	}
	for labels, v := range got {
		if math.IsInf(v, 0) || v < 0 {
			t.Errorf("%s\n\t%s: %v", query, labels, v)
		}
	}
}

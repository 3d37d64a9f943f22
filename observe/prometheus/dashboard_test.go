package prometheus_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/seed372fb791/rfc6455/observe"
	wsprometheus "github.com/seed372fb791/rfc6455/observe/prometheus"
)

// dashboard is what Grafana looks at in a dashboard that is imported, and what is asked of ours.
type dashboard struct {
	Title         string
	UID           string
	SchemaVersion int
	Templating    struct {
		List []struct{ Name, Type string }
	}
	Panels []panel
}

type panel struct {
	ID      int
	Type    string
	Title   string
	GridPos struct{ H, W, X, Y int }
	Targets []struct {
		RefID      string
		Expr       string
		Datasource struct{ Type, UID string }
	}
}

func readDashboard(t *testing.T) (d dashboard) {
	t.Helper()
	text, err := os.ReadFile("dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// Every metric of the collector is in a panel, and there is no other. What the queries answer is tested with Prometheus
// itself, in the module interop.
func TestDashboardHasEachMetric(t *testing.T) {
	descs := make(chan *prometheus.Desc, 1000)
	wsprometheus.NewCollector(observe.Sources{}).Describe(descs)
	close(descs)
	name := regexp.MustCompile(`\bwebsocket_[a-z_]+`)
	exported, shown := make(map[string]bool), make(map[string]bool)
	for d := range descs {
		exported[name.FindString(d.String())] = true
	}
	for _, p := range readDashboard(t).Panels {
		for _, target := range p.Targets {
			for _, m := range name.FindAllString(target.Expr, -1) {
				shown[m] = true
			}
		}
	}
	if !maps.Equal(exported, shown) {
		t.Errorf("exported %v\nshown %v", slices.Sorted(maps.Keys(exported)), slices.Sorted(maps.Keys(shown)))
	}
}

// Panels have numbers of their own, do not lie over each other, and ask the data source that is chosen.
func TestDashboardIsWellFormed(t *testing.T) {
	d := readDashboard(t)
	if d.Title == "" || d.UID == "" || d.SchemaVersion < 36 { // from 36 on data sources have a type and a uid
		t.Errorf("%q %q, schema %d", d.Title, d.UID, d.SchemaVersion)
	}
	if v := d.Templating.List; len(v) != 2 || v[0].Name != "datasource" || v[0].Type != "datasource" || v[1].Name != "job" {
		t.Errorf("variables %+v", v)
	}
	ids, taken := make(map[int]bool), make(map[[2]int]string)
	for _, p := range d.Panels {
		if p.ID == 0 || ids[p.ID] || p.Title == "" || (p.Type == "row") != (len(p.Targets) == 0) {
			t.Errorf("%+v", p)
		}
		ids[p.ID] = true
		g := p.GridPos
		if g.X < 0 || g.X+g.W > 24 || g.W == 0 || g.H == 0 {
			t.Errorf("%s: %+v", p.Title, g)
		}
		for x := g.X; x < g.X+g.W; x++ {
			for y := g.Y; y < g.Y+g.H; y++ {
				if other := taken[[2]int{x, y}]; other != "" {
					t.Fatalf("%s lies over %s", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		for i, target := range p.Targets {
			if target.RefID != string(rune('A'+i)) || target.Datasource.Type != "prometheus" || target.Datasource.UID != "${datasource}" {
				t.Errorf("%s: %+v", p.Title, target)
			}
		}
	}
}

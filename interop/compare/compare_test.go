package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/interop/compare/peers"
)

// The test's binary is started again as the echo servers.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "-serve" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestCompare(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells what the servers use")
	}
	file, svg := filepath.Join(t.TempDir(), "README.md"), filepath.Join(t.TempDir(), "chart.svg")
	if err := os.WriteFile(file, []byte("before\n<!-- compare -->old<!-- /compare -->\nafter\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	args := []string{"-quick", "-v", "-only", "rfc6455,rfc6455-http,gorilla", "-write", file, "-chart", svg}
	if err := run(args, &out, t.Output()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	const rows, numbers = 22, 19
	if len(lines) < 4+rows || lines[0] != "| | rfc6455 | rfc6455 with net/http | gorilla/websocket |" {
		t.Fatalf("the table:\n%s", out.String())
	}
	for _, line := range lines[4 : 4+numbers] {
		cells := `^\| [^|]+ (\| -?[0-9]+ ){3}\|$`
		if strings.Contains(line, "context takeover") && !strings.Contains(line, "without") {
			cells = `^\| [^|]+ (\| -?[0-9]+ ){2}\| – \|$` // gorilla does not have it
		}
		if !regexp.MustCompile(cells).MatchString(line) {
			t.Errorf("a row of numbers: %s", line)
		}
	}
	for _, line := range lines[4+numbers : 4+rows] {
		cells := strings.Split(line, " | ")
		passed, all, _ := strings.Cut(cells[1], " of ")
		if passed != all || cells[2] != cells[1] || strings.HasPrefix(cells[3], passed+" ") {
			t.Errorf("we should pass all fixtures, gorilla does not: %s", line)
		}
	}
	want := "before\n<!-- compare -->\n" + out.String() + "<!-- /compare -->\nafter\n"
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("the file: %v\n%s", err, got)
	}
	drawn, err := os.ReadFile(svg)
	if panels := strings.Count(string(drawn), `class="panel"`); err != nil || panels != 8 {
		t.Errorf("a chart of %d panels: %v", panels, err)
	}
	if err := run([]string{"-redraw", "-write", file, "-chart", svg}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(svg); err != nil || !bytes.Equal(again, drawn) {
		t.Errorf("drawn again it is another chart: %v\n%s", err, again)
	}
}

// Everyone has a server that broadcasts.
func TestBroadcast(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells what the servers use")
	}
	c := config{peers: peers.All}
	c.hurry()
	m := measure{titles: []string{"broadcast"}, server: setup{broadcast: true}, take: broadcast}
	for i, p := range c.peers {
		if figures, err := c.sample(m, i, 0); err != nil || len(figures) != 1 || figures[0] <= 0 {
			t.Errorf("%s: %v, %v", p.Name, figures, err)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{
		{"-only", "rfc6455,nobody"},
		{"-serve", "nobody"},
	} {
		if err := run(args, io.Discard, io.Discard); err == nil {
			t.Errorf("no error for %q", args)
		}
	}
}

func TestReadTableWantsCells(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	const content = "<!-- compare -->\n| | a | b |\n|---|---:|---:|\n| row | 1 |\n<!-- /compare -->"
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readTable(file); err == nil {
		t.Error("no error")
	}
}

// The chart in the repository is that of the table in the README.
func TestChartIsOfTheTable(t *testing.T) {
	readme, err := readTable("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile("peers.svg"); err != nil || string(got) != readme.chart().SVG() {
		t.Errorf("run go run ./compare -redraw -write ../README.md -chart compare/peers.svg: %v", err)
	}
}

func TestMedian(t *testing.T) {
	for want, values := range map[float64][]float64{3: {9, 3, 1}, 2: {3, 1}, 7: {7}} {
		if got := median(values); got != want {
			t.Errorf("of %v: %v", values, got)
		}
	}
}

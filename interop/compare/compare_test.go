package main

import (
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
	file := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(file, []byte("before\n<!-- compare -->old<!-- /compare -->\nafter\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	args := []string{"-quick", "-v", "-only", "rfc6455,rfc6455-http,gorilla", "-testdata", "../../testdata", "-write", file}
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
		{"-quick", "-testdata", t.TempDir()},
	} {
		if err := run(args, io.Discard, io.Discard); err == nil {
			t.Errorf("no error for %q", args)
		}
	}
}

func TestReplaceTableWantsMarks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	const content = "<!-- /compare --> <!-- compare -->"
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := replaceTable(file, "new"); err == nil {
		t.Error("no error")
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != content {
		t.Errorf("the file: %v, %q", err, got)
	}
}

func TestMedian(t *testing.T) {
	for want, values := range map[float64][]float64{3: {9, 3, 1}, 2: {3, 1}, 7: {7}} {
		if got := median(values); got != want {
			t.Errorf("of %v: %v", values, got)
		}
	}
}

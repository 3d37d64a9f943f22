package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	folder := t.TempDir()
	file, page := filepath.Join(folder, "README.md"), filepath.Join(folder, "report.html")
	if err := os.WriteFile(file, []byte("before\n<!-- conformance -->old<!-- /conformance -->\nafter\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	args := []string{"-only", "rfc6455", "-case", "6455-5.5.1,ping-binary@whole", "-v", "-write", file, "-html", page}
	if err := run(t.Context(), args, &out, t.Output()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if len(lines) != 10 {
		t.Fatalf("%d lines:\n%s", len(lines), out.String())
	}
	for i, title := range map[int]string{0: "As a server", 4: "As a client"} {
		if !strings.HasPrefix(lines[i], "| "+title+" | ") {
			t.Errorf("the head of a table: %s", lines[i])
		}
		if row := lines[i+2]; !strings.HasPrefix(row, "| rfc6455 | this one | always | every parameter | ") || !strings.HasSuffix(row, " | 0 | 0 | 0 | – |") {
			t.Errorf("our row: %s", row)
		}
	}
	want := "before\n<!-- conformance -->\n" + out.String() + "<!-- /conformance -->\nafter\n"
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("the file: %v\n%s", err, got)
	}
	if got, err := os.ReadFile(page); err != nil || !strings.Contains(string(got), "ping-binary") {
		t.Errorf("the page has %d bytes: %v", len(got), err)
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{
		{"-only", "rfc6455,nobody"},
		{"-only", "rfc6455", "-case", "nothing-*"},
		{"-serve", "nobody"},
		{"-visit", "nobody"},
	} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("no error for %q", args)
		}
	}
}

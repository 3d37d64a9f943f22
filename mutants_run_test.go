//go:build mutants

package rfc6455_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Every mutant is killed: the tests that it names fail with it, and pass
// without it. The compiler gets the changed file as an overlay, so
// nothing is ever written to the tree.
func TestMutants(t *testing.T) {
	mutants := readMutants(t)
	for dir, run := range tiedTests(mutants) {
		if out, err := command(".", "go", "test", "-vet=off", "-count=1", "-run", run, dir); err != nil {
			t.Fatalf("the tests have to pass before anything is broken: %v\n%s", err, out)
		}
	}
	var killed atomic.Int64
	next := make(chan mutant)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for m := range next {
				start := time.Now()
				fate, err := try(t.TempDir(), m)
				if err != nil {
					t.Errorf("%v: %v", m, err)
					continue
				}
				if fate == "killed" {
					killed.Add(1)
				}
				fmt.Printf("%-8s  %-13s %s:%d (%.1fs) %s\n", fate, m.rule, m.file, lineOf(m), time.Since(start).Seconds(), m.text)
			}
		})
	}
	for _, m := range mutants {
		next <- m
	}
	close(next)
	workers.Wait()
	fmt.Printf("%d of %d mutants killed\n", killed.Load(), len(mutants))
	if int(killed.Load()) < len(mutants) {
		t.Error("a mutant that survives lacks a test: write it, and leave the mutant in the list")
	}
}

// tiedTests returns for each directory the tests that mutants there are tied to.
func tiedTests(mutants []mutant) map[string]string {
	tests := make(map[string]string)
	for _, m := range mutants {
		for name := range strings.SplitSeq(m.run, "|") {
			if names := strings.Split(tests[m.dir], "|"); !slices.Contains(names, "^"+name+"$") {
				tests[m.dir] = strings.TrimPrefix(tests[m.dir]+"|^"+name+"$", "|")
			}
		}
	}
	return tests
}

// try builds the tests with the mutant and runs them. The error is a fault of
// the list: the change cannot be made, or does not compile, or no test runs.
func try(dir string, m mutant) (fate string, err error) {
	overlay, err := writeOverlay(dir, m)
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "mutant.test")
	defer os.Remove(binary) // they are big
	if out, err := command(".", "go", "test", "-c", "-overlay", overlay, "-o", binary, m.dir); err != nil {
		return "", fmt.Errorf("it does not compile: %w\n%s", err, out)
	}
	run := "^(" + m.run + ")$"
	out, err := command(m.dir, binary, "-test.run", run, "-test.failfast", "-test.timeout", "30s")
	switch {
	case strings.Contains(out, "no tests to run"):
		return "", fmt.Errorf("no test matches %s", run)
	case err == nil:
		return "SURVIVED", nil
	case !strings.Contains(out, "--- FAIL: ") && !strings.Contains(out, "panic: "):
		return "", fmt.Errorf("it failed, but not at a test: %w\n%s", err, out)
	}
	return "killed", nil
}

// writeOverlay writes the mutant's file and the overlay that puts it into the
// place of the original.
func writeOverlay(dir string, m mutant) (name string, err error) {
	original, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	source, err := os.ReadFile(original)
	if err != nil {
		return "", err
	}
	if strings.Count(string(source), m.old) != 1 {
		return "", fmt.Errorf("the text to change is not there exactly once: %q", m.old)
	}
	changed := filepath.Join(dir, filepath.Base(m.file))
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		return "", err
	}
	text := strings.Replace(string(source), m.old, m.new, 1)
	if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
		return "", err
	}
	name = filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, overlay, 0o600)
}

// lineOf returns the line of the file that the mutant changes.
func lineOf(m mutant) int {
	source, _ := os.ReadFile(m.file)
	before, _, _ := strings.Cut(string(source), m.old)
	return 1 + strings.Count(before, "\n")
}

// command runs a command in dir and returns all that it printed.
func command(dir, name string, args ...string) (out string, err error) {
	c := exec.Command(name, args...)
	c.Dir = dir
	text, err := c.CombinedOutput()
	return string(text), err
}

package terminal

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHistory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "history")
	h := loadHistory(file)
	for _, line := range []string{"one", "", "two", "two", strings.Repeat("x", historyLine+1)} {
		h.Add(line)
	}
	for n := range 2 * historyLines {
		h.Add(fmt.Sprint(n))
	}
	again := loadHistory(file)
	for _, h := range []*history{h, again} {
		if h.Len() != historyLines || h.At(0) != "1999" || h.At(historyLines-1) != "1000" {
			t.Errorf("%d lines, from %q to %q", h.Len(), h.At(h.Len()-1), h.At(0))
		}
	}
	text, err := os.ReadFile(file)
	if lines := strings.Count(string(text), "\n"); err != nil || lines != historyLines {
		t.Errorf("%d lines in the file, %v", lines, err)
	}
}

// Without a place for the file there is a history all the same.
func TestHistoryWithoutFile(t *testing.T) {
	folder := t.TempDir()
	for _, file := range []string{"", folder, filepath.Join(os.DevNull, "ws", "history")} {
		h := loadHistory(file)
		h.Add("one")
		if h.Len() != 1 || h.At(0) != "one" {
			t.Errorf("%s: %d lines", file, h.Len())
		}
	}
}

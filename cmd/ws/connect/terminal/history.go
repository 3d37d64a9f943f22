package terminal

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Bounds of the history.
const (
	historyLines = 1000
	historyLine  = 4096 // bytes of a line; longer ones are not kept
)

// history is the lines that were typed, kept in a file from one run to the next.
// Without the file it is that of this run.
type history struct {
	file  string   // "" for none
	lines []string // the oldest first
}

// historyFile returns where the history is kept, "" if the user has no such
// place.
func historyFile() string {
	folder, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(folder, "ws", "history")
}

// loadHistory reads the history, and cuts the file when it has grown long.
func loadHistory(file string) *history {
	h := &history{file: file}
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		h.file = ""
	}
	for line := range bytes.Lines(text) {
		h.lines = append(h.lines, string(bytes.TrimSuffix(line, []byte("\n"))))
	}
	if len(h.lines) > 2*historyLines {
		h.forget()
		os.WriteFile(file, []byte(strings.Join(h.lines, "\n")+"\n"), 0o600)
	}
	h.forget()
	return h
}

// forget drops the oldest lines.
func (h *history) forget() { h.lines = h.lines[max(0, len(h.lines)-historyLines):] }

// Add adds a line, unless it is empty or the same as the last one.
func (h *history) Add(line string) {
	if line == "" || len(line) > historyLine || h.Len() > 0 && h.At(0) == line {
		return
	}
	h.lines = append(h.lines, line)
	h.forget()
	if h.file == "" || h.append(line) == nil {
		return
	}
	h.file = "" // there is no place for it
}

// append adds a line to the file, which others may be adding to as well.
func (h *history) append(line string) error {
	if err := os.MkdirAll(filepath.Dir(h.file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(h.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(line + "\n")
	return errors.Join(err, f.Close())
}

// Len returns the number of lines.
func (h *history) Len() int { return len(h.lines) }

// At returns a line, counted from the newest.
func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }

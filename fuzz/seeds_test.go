package fuzz

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// maxSeed keeps the seeds short: a fuzzer gets nowhere with long ones.
const maxSeed = 4096

// fixtureLines returns, for each fixture that the pattern names, what stands
// behind a word at the start of its lines.
func fixtureLines(f *testing.F, pattern, word string) (files [][]string) {
	f.Helper()
	paths, err := filepath.Glob(filepath.Join("../testdata", pattern))
	if err != nil || len(paths) == 0 {
		f.Fatalf("%s: no fixtures, %v", pattern, err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		var lines []string
		for line := range strings.Lines(string(content)) {
			if rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), word); ok {
				lines = append(lines, strings.TrimPrefix(rest, " "))
			}
		}
		files = append(files, lines)
	}
	return files
}

// streams returns what the peers in the fixtures of frames and dialogues send.
func streams(f *testing.F) (all [][]byte) {
	f.Helper()
	for _, pattern := range []string{"frames/*.txt", "dialogues/*.txt"} {
		for _, lines := range fixtureLines(f, pattern, "<") {
			var stream []byte
			for _, line := range lines {
				line, _, _ = strings.Cut(line, "|")
				stream = append(stream, parseHex(f, line)...)
			}
			if len(stream) <= maxSeed {
				all = append(all, stream)
			}
		}
	}
	return all
}

// parseHex reads bytes in hex; 00*256 is 256 times 00.
func parseHex(f *testing.F, line string) (b []byte) {
	f.Helper()
	for _, word := range strings.Fields(line) {
		digits, count, repeated := strings.Cut(word, "*")
		times := 1
		var err error
		if repeated {
			if times, err = strconv.Atoi(count); err != nil {
				f.Fatal(err)
			}
		}
		data, err := hex.DecodeString(digits)
		if err != nil {
			f.Fatal(err)
		}
		b = append(b, strings.Repeat(string(data), times)...)
	}
	return b
}

// handshakes returns what the peers in the fixtures of opening handshakes send.
func handshakes(f *testing.F, side string) (all [][]byte) {
	f.Helper()
	for _, lines := range fixtureLines(f, "handshakes/"+side+"-*.txt", "<") {
		var head string
		for _, line := range lines {
			line, cut := strings.CutSuffix(line, `\c`)
			if !cut {
				line += `\r\n`
			}
			head += line
		}
		head, err := strconv.Unquote(`"` + strings.ReplaceAll(head, `"`, `\"`) + `"`)
		if err != nil {
			f.Fatal(err)
		}
		if len(head) <= maxSeed {
			all = append(all, []byte(head))
		}
	}
	return all
}

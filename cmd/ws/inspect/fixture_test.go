package inspect

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/internal/fixture"
)

// told is what a fixture, or ws inspect, says of the bytes of a connection.
type told struct {
	Bytes  map[string][]byte // by direction
	Says   map[string]string // what stands right of the bars
	Events []string          // what comes of the peer's bytes
}

// tell reads a fixture. What is the same for ws inspect, which knows where frames
// begin and not which pieces arrived, becomes the same here.
func tell(t *testing.T, text string) told {
	t.Helper()
	all := told{Bytes: make(map[string][]byte), Says: make(map[string]string)}
	direction := ""
	for line := range strings.Lines(text) {
		left, says, _ := strings.Cut(line, "|")
		words := strings.Fields(left)
		switch {
		case len(words) == 0:
		case words[0] == "<" || words[0] == ">":
			direction = words[0]
			b, err := fixture.ParseHex(words[1:], 1<<30)
			if err != nil {
				t.Fatal(err)
			}
			all.Bytes[direction] = append(all.Bytes[direction], b...)
			all.Says[direction] += strings.TrimSpace(says) + " "
		case direction == "<" && (words[0] == "event" || words[0] == "fail"):
			all.Events = appendEvent(t, all.Events, strings.TrimSpace(line))
		}
	}
	for direction, says := range all.Says {
		all.Says[direction] = joinQuoted(t, strings.ReplaceAll(says, "a part of a header", ""))
	}
	return all
}

// appendEvent appends an event, or a piece of a message to the piece before it.
func appendEvent(t *testing.T, events []string, line string) []string {
	head, quoted, ok := strings.Cut(line, `"`)
	last := len(events) - 1
	if ok && last >= 0 {
		before, piece, _ := strings.Cut(events[last], `"`)
		kind, _, _ := strings.Cut(head, " fin")
		if strings.TrimSpace(before) == strings.TrimSpace(kind) && (strings.Contains(kind, "text") || strings.Contains(kind, "binary")) {
			return append(events[:last], head+joinQuoted(t, `"`+piece+` "`+quoted))
		}
	}
	if ok {
		line = head + joinQuoted(t, `"`+quoted)
	}
	return append(events, line)
}

// joinQuoted makes quoted strings that follow each other one.
func joinQuoted(t *testing.T, text string) string {
	t.Helper()
	var words []string
	data, quoted := "", false
	flush := func() {
		if quoted {
			words = append(words, fixture.Quote([]byte(data)))
		}
		data, quoted = "", false
	}
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		size := strings.IndexByte(text+" ", ' ')
		if text[0] != '"' {
			flush()
			words = append(words, text[:size])
			text = text[min(size, len(text)):]
			continue
		}
		prefix, err := strconv.QuotedPrefix(text)
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		size = len(prefix) + strings.IndexByte(text[len(prefix):]+" ", ' ')
		piece, err := fixture.ParseQuoted(strings.TrimSpace(text[:min(size, len(text))]))
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		data, quoted, text = data+piece, true, text[min(size, len(text)):]
	}
	flush()
	return strings.Join(words, " ")
}

// What is printed of a fixture is what that says, and what is printed of that
// is the same again.
func TestInspectFixtures(t *testing.T) {
	paths, err := filepath.Glob("../../../testdata/[fd]*/*.txt")
	if err != nil || len(paths) < 200 {
		t.Fatalf("%d fixtures, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			status, stdout, stderr := inspect(t, "", path)
			want := tell(t, string(content))
			if diff := cmp.Diff(want, tell(t, stdout)); diff != "" {
				t.Errorf("(-fixture +printed):\n%s\n%.2000s", diff, stdout)
			}
			if broken := strings.Contains(stdout, "\n# broken: "); (status == command.ExitFailed) != broken || broken != (stderr != "") {
				t.Errorf("exit status %d, broken: %v, stderr: %s", status, broken, stderr)
			}
			if _, again, _ := inspect(t, stdout); again != stdout && !strings.Contains(stdout, "MaxPings") { // which is about turns
				t.Errorf("(-once +again):\n%s", cmp.Diff(stdout, again))
			}
			checkJSON(t, path, want)
		})
	}
}

// checkJSON checks that -json has the same bytes.
func checkJSON(t *testing.T, path string, want told) {
	t.Helper()
	_, stdout, _ := inspect(t, "", path, "-json")
	bytes := 0
	for line := range strings.Lines(stdout) {
		var part struct{ Kind, Bytes string }
		if err := json.Unmarshal([]byte(line), &part); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		bytes += len(part.Bytes) / 2
	}
	if all := len(want.Bytes["<"]) + len(want.Bytes[">"]); bytes != all {
		t.Errorf("-json has %d bytes, want %d", bytes, all)
	}
}

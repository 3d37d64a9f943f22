package protocol

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a fixture cannot mean is an error, so that a slip proves nothing.
func TestFixtureFormat(t *testing.T) {
	const head = "rfc 6455-5.2-1\nside both\n"
	for name, tt := range map[string]struct{ content, want string }{
		"good":            {head + "< 81 01 61\nevent text fin \"a\"\n", ""},
		"unknown word":    {head + "<81 01 61\n", "unknown word"},
		"no requirement":  {"side both\n< 81 01 61\n", "lacks"},
		"no side":         {"rfc 6455-5.2-1\n< 81 01 61\n", "lacks"},
		"no turn":         {head, "lacks"},
		"bad requirement": {"rfc 5.2\nside both\n< 81 00\n", "no requirement"},
		"bad side":        {"rfc 6455-5.2-1\nside left\n", "unknown side"},
		"bad limit":       {head + "limit MaxFrames 1\n", "unknown limit"},
		"bad hex":         {head + "< 8\n", "odd length"},
		"bad key":         {head + "key 37\n", "4 bytes"},
		"bad quotes":      {head + "event text \"a\n", "invalid syntax"},
		"too many words":  {head + "event text fin \"a\" \"b\"\n", "one quoted string"},
		"bad event":       {head + "event texts \"a\"\n", "unknown type"},
		"bad state":       {head + "state ajar\n", "unknown state"},
		"bad refusal":     {head + "< 81 00\nrefused 6455-5.2-1\n", "nothing to refuse"},
		"bad end":         {head + "end dirty\n", "unknown end"},
	} {
		path := filepath.Join(t.TempDir(), "fixture.txt")
		if err := os.WriteFile(path, []byte(tt.content), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := readFixture(path)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", name, err, tt.want)
		}
	}
}

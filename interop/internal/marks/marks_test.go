package marks

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReplace(t *testing.T) {
	tests := map[string]struct{ content, want string }{
		"between":    {"before\n<!-- table -->old<!-- /table -->\nafter\n", "before\n<!-- table -->\nnew\n<!-- /table -->\nafter\n"},
		"of others":  {"<!-- chart -->old<!-- /chart -->", ""},
		"wrong way":  {"<!-- /table --> <!-- table -->", ""},
		"without an": {"<!-- table --> old", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "README.md")
			if err := os.WriteFile(file, []byte(test.content), 0o644); err != nil {
				t.Fatal(err)
			}
			want := test.want
			if want == "" {
				want = test.content
			}
			if err := Replace(file, "table", "new\n"); (err == nil) != (test.want != "") {
				t.Errorf("the error: %v", err)
			}
			if got, err := os.ReadFile(file); err != nil || string(got) != want {
				t.Errorf("the file: %v, %q, want %q", err, got, want)
			}
		})
	}
}

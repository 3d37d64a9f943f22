package command

import (
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

func TestPrintVersion(t *testing.T) {
	system := runtime.GOOS + "/" + runtime.GOARCH
	for _, c := range []struct {
		build *debug.BuildInfo
		want  string
	}{
		{nil, "ws (unknown) " + runtime.Version() + " " + system + "\n"},
		{&debug.BuildInfo{GoVersion: "go1.30", Main: debug.Module{Version: "v1.2.3"}}, "ws v1.2.3 go1.30 " + system + "\n"},
		{
			&debug.BuildInfo{GoVersion: "go1.30", Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{
				{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"}, {Key: "vcs.modified", Value: "true"},
			}},
			"ws (devel) go1.30 " + system + "\ncommit abc of 2026-01-02T03:04:05Z, with changes\n",
		},
		{
			&debug.BuildInfo{GoVersion: "go1.30", Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
				{Key: "vcs.modified", Value: "false"}, {Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "then"},
			}},
			"ws v1.2.3 go1.30 " + system + "\ncommit abc of then\n",
		},
	} {
		var b strings.Builder
		if err := printVersion(&b, c.build); err != nil || b.String() != c.want {
			t.Errorf("%q, %v, want %q", b.String(), err, c.want)
		}
	}
}

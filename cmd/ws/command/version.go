package command

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// newVersion returns the command that says which ws this is.
func newVersion() *Command {
	return &Command{
		Name: "version",
		Does: "prints which ws this is",
		About: `Printed are the version, the Go that it was built with and what it was built
for, and, if it was built in a clone, the commit and whether files were changed
since. ws --version prints the same.

The exit status is 0, or 2 for wrong arguments.
`,
		Examples: []Example{
			{"ws version", "is what a report of a fault begins with"},
			{"ws version | head -n 1", "leaves the commit out"},
		},
		Flags: NewFlags(),
		Run: func(_ []string, env Environment) error {
			build, _ := debug.ReadBuildInfo()
			return printVersion(env.Stdout, build)
		},
	}
}

func isVersion(arg string) bool { return arg == "-version" || arg == "--version" }

// printVersion prints what build says, nil if it is not known.
func printVersion(w io.Writer, build *debug.BuildInfo) error {
	build = cmp.Or(build, &debug.BuildInfo{GoVersion: runtime.Version()})
	settings := make(map[string]string)
	for _, s := range build.Settings {
		settings[s.Key] = s.Value
	}
	version := cmp.Or(build.Main.Version, "(unknown)")
	_, err := fmt.Fprintf(w, "ws %s %s %s/%s\n", version, build.GoVersion, runtime.GOOS, runtime.GOARCH)
	if commit := settings["vcs.revision"]; commit != "" && err == nil {
		changed := ""
		if settings["vcs.modified"] == "true" {
			changed = ", with changes"
		}
		_, err = fmt.Fprintf(w, "commit %s of %s%s\n", commit, settings["vcs.time"], changed)
	}
	return err
}

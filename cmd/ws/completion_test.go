//go:build unix

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/internal/wstest"
)

// What the shells make of the beginning of a command line, in a folder that has
// the file ca.pem.
var completions = []struct {
	line string
	want []string
}{
	{"ws conn", []string{"connect"}},
	{"ws help comp", []string{"completion"}},
	{"ws connect -cac", []string{"-cacert"}},
	{"ws connect -cacert c", []string{"ca.pem"}},
	{"ws connect -compress-l", []string{"-compress-level"}},
	{"ws connect -reconnect -uni", []string{"-unix"}},
	{"ws serve -tls-k", []string{"-tls-key"}},
	{"ws completion f", []string{"fish"}},
}

// inShell runs a script in a shell that has ws, in a folder that has ca.pem. It
// returns what it prints.
func inShell(t *testing.T, name string, args ...string) string {
	t.Helper()
	shell := shellWithFile(t, name, args...)
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func shellWithFile(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), wstest.Patience)
	t.Cleanup(cancel)
	shell := wstest.Shell(t, ctx, "")
	shell.Path, shell.Args = wstest.Need(t, name), append([]string{name}, args...)
	shell.Dir = t.TempDir()
	shell.Env = append(shell.Env, "HOME="+shell.Dir, "XDG_CONFIG_HOME="+shell.Dir, "TERM=dumb")
	if err := os.WriteFile(filepath.Join(shell.Dir, "ca.pem"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return shell
}

func TestCompletionBash(t *testing.T) {
	var script strings.Builder
	script.WriteString("source <(ws completion bash)\n")
	for _, c := range completions {
		script.WriteString("COMP_WORDS=(" + c.line + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _ws; echo \"${COMPREPLY[@]}\"\n")
	}
	got := strings.Split(strings.TrimSuffix(inShell(t, "bash", "--norc", "-c", script.String()), "\n"), "\n")
	for i, c := range completions {
		if want := strings.Join(c.want, " "); got[i] != want {
			t.Errorf("%s: %q, want %q", c.line, got[i], want)
		}
	}
}

func TestCompletionFish(t *testing.T) {
	script := "ws completion fish | source\n"
	for _, c := range completions {
		script += "complete -C '" + c.line + "'; echo +++\n"
	}
	got := strings.Split(inShell(t, "fish", "--no-config", "-c", script), "+++\n")
	for i, c := range completions {
		var words []string
		for text := range strings.Lines(got[i]) {
			word, _, _ := strings.Cut(strings.TrimSpace(text), "\t")
			words = append(words, word)
		}
		if !slices.Equal(words, c.want) {
			t.Errorf("%s: %q, want %q", c.line, words, c.want)
		}
	}
}

// zsh completes only for a person at a terminal. Ctrl-X prints what the line is.
func TestCompletionZsh(t *testing.T) {
	t.Parallel()
	p := wstest.Type(t, shellWithFile(t, "zsh", "-f", "-i"))
	p.Types("show() { zle -I; print -r -- \"[$BUFFER]\"; BUFFER=; }; zle -N show; bindkey '^X' show\r" +
		"unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source <(ws completion zsh); echo rea''dy\r")
	p.Screen.Wait(t, "\nready")
	for _, c := range completions {
		p.Types(c.line + "\t\x18")
		start := c.line[:strings.LastIndexByte(c.line, ' ')+1]
		p.Screen.Wait(t, "["+start+c.want[0]+" ]")
	}
	p.Types("exit\r")
	p.Program.Wait()
}

//go:build unix

package wstest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Shell returns a shell that runs a line, in which this test binary is ws.
func Shell(t *testing.T, ctx context.Context, line string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(self, filepath.Join(folder, "ws")); err != nil {
		t.Fatal(err)
	}
	shell := exec.CommandContext(ctx, "sh", "-c", "trap : INT\n"+line) // it outlives the signal, and tells the status
	shell.Env = append(os.Environ(), runAsWS+"=1", "GORACE=atexit_sleep_ms=0", "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a signal is for all that it starts
	shell.Cancel = func() error { return syscall.Kill(-shell.Process.Pid, syscall.SIGKILL) }
	shell.WaitDelay = time.Second
	return shell
}

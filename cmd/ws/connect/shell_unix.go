//go:build unix

package connect

import (
	"context"
	"os/exec"
	"syscall"
)

// shellCommand returns a command line, to be run until ctx ends. It is killed
// together with what it has started.
func shellCommand(ctx context.Context, line string) *exec.Cmd {
	c := exec.CommandContext(ctx, "sh", "-c", line)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	return c
}

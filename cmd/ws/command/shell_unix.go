//go:build unix

package command

import (
	"context"
	"os/exec"
	"syscall"
)

// Shell returns a command line, to be run until ctx ends. It is killed
// together with what it has started.
func Shell(ctx context.Context, line string) *exec.Cmd {
	c := exec.CommandContext(ctx, "sh", "-c", line)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	return c
}

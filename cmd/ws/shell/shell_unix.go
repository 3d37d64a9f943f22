//go:build unix

package shell

import (
	"context"
	"os/exec"
	"syscall"
)

// Command returns a command line, to be run until ctx ends. It is killed
// together with what it has started.
func Command(ctx context.Context, line string) *exec.Cmd {
	c := exec.CommandContext(ctx, "sh", "-c", line)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return Kill(c) }
	return c
}

// Terminate asks a command that has been started, and what that has started, to
// end (SIGTERM). The error is that nothing of it runs.
func Terminate(c *exec.Cmd) error { return syscall.Kill(-c.Process.Pid, syscall.SIGTERM) }

// Kill ends a command that has been started, and what that has started. The error
// is that nothing of it runs.
func Kill(c *exec.Cmd) error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }

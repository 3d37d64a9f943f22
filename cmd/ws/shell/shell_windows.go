package shell

import (
	"context"
	"os/exec"
	"syscall"
)

// Command returns a command line, to be run until ctx ends.
func Command(ctx context.Context, line string) *exec.Cmd {
	c := exec.CommandContext(ctx, "cmd")
	c.SysProcAttr = &syscall.SysProcAttr{CmdLine: "cmd /c " + line} // which has rules of its own for quotes
	return c
}

// Terminate ends a command that has been started: there is no way to ask it. The
// error is that it does not run.
func Terminate(c *exec.Cmd) error { return Kill(c) }

// Kill ends a command that has been started. The error is that it does not run.
func Kill(c *exec.Cmd) error { return c.Process.Kill() }

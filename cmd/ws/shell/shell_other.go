//go:build !unix && !windows

package shell

import (
	"context"
	"os/exec"
)

// Command returns a command line, which this system cannot run: the error of Run
// says so.
func Command(ctx context.Context, line string) *exec.Cmd {
	return exec.CommandContext(ctx, "sh", "-c", line)
}

// Terminate and Kill end a command that has been started, which none is here.
func Terminate(c *exec.Cmd) error { return Kill(c) }
func Kill(c *exec.Cmd) error      { return c.Process.Kill() }

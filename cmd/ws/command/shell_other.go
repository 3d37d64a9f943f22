//go:build !unix && !windows

package command

import (
	"context"
	"os/exec"
)

// Shell returns a command line, which this system cannot run: the error
// of Run says so.
func Shell(ctx context.Context, line string) *exec.Cmd {
	return exec.CommandContext(ctx, "sh", "-c", line)
}

//go:build !unix && !windows

package connect

import (
	"context"
	"os/exec"
)

// shellCommand returns a command line, which this system cannot run: the error
// of Run says so.
func shellCommand(ctx context.Context, line string) *exec.Cmd {
	return exec.CommandContext(ctx, "sh", "-c", line)
}

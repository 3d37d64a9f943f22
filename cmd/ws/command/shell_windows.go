package command

import (
	"context"
	"os/exec"
	"syscall"
)

// Shell returns a command line, to be run until ctx ends.
func Shell(ctx context.Context, line string) *exec.Cmd {
	c := exec.CommandContext(ctx, "cmd")
	c.SysProcAttr = &syscall.SysProcAttr{CmdLine: "cmd /c " + line} // which has rules of its own for quotes
	return c
}

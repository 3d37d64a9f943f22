package conformance

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/shell"
)

// outputTime bounds how long what the client has started may go on printing.
const outputTime = time.Second

// runChild starts a client, and takes it until it has ended. What it prints goes
// to stderr.
func (v *visitors) runChild(ctx context.Context, l net.Listener) error {
	listening, cancel := context.WithCancel(ctx)
	defer cancel()
	done := v.listen(listening, l)
	child := shell.Command(ctx, strings.ReplaceAll(v.run, "{url}", v.url))
	child.Stdout, child.Stderr, child.WaitDelay = v.env.Stderr, v.env.Stderr, outputTime
	failed := child.Run()
	if child.Process != nil {
		shell.Kill(child) // what it has left behind
	}
	cancel()
	end := <-done
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case end.err != nil:
		return end.err
	case len(end.runs) == 0 && failed != nil:
		return notRun("-run: %w, and no case was run", failed)
	case failed != nil:
		fmt.Fprintf(v.env.Stderr, "ws: -run: %v\n", failed)
	}
	return v.conclude(end.runs)
}

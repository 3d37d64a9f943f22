package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// client runs cases with the client of a peer.
func client(ctx context.Context, p peer, o suite.Options) (verdict.Run, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return verdict.Run{}, err
	}
	listening, stop := context.WithCancel(ctx)
	defer stop()
	visited := make(chan error, 1)
	go func() {
		visited <- visitAll(ctx, p, "ws://"+l.Addr().String(), len(o.Cases))
		stop()
	}()
	runs, err := suite.Listen(listening, l, o)
	if err := errors.Join(<-visited, err); err != nil {
		return verdict.Run{}, err
	}
	if len(runs) != 1 {
		return verdict.Run{}, fmt.Errorf("%d agents have come", len(runs))
	}
	return runs[0], nil
}

// stuckAfter is how long a client may be in a case, which the suite ends in seconds.
const stuckAfter = 5 * time.Minute

// visitAll runs the client until it is through. If it does not survive a case it
// goes on with the next.
func visitAll(ctx context.Context, p peer, url string, cases int) error {
	for next := 1; ; {
		last, err := visit(ctx, p, url, next)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil || last == cases:
			return nil
		case last < next:
			return err
		}
		next = last + 1
	}
}

// visit runs the client from a case on, and returns the number of the last that
// it began, 0 for none.
func visit(ctx context.Context, p peer, url string, first int) (last int, err error) {
	cmd, err := p.client(ctx, url, first)
	if err != nil {
		return 0, err
	}
	var said strings.Builder
	cmd.Stderr = &said
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	stuck := time.AfterFunc(stuckAfter, func() { cmd.Process.Kill() })
	defer stuck.Stop()
	for lines := bufio.NewScanner(stdout); lines.Scan(); stuck.Reset(stuckAfter) {
		last, _ = strconv.Atoi(lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		return last, fmt.Errorf("%s: %w: %s", cmd.Path, err, said.String())
	}
	return last, nil
}

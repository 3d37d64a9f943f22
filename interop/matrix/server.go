package main

import (
	"context"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/interop/internal/child"
)

// server runs cases against the server of a peer.
func server(ctx context.Context, p peer, o suite.Options) (verdict.Run, error) {
	start := func() (*child.Server, error) {
		cmd, err := p.server()
		if err != nil {
			return nil, err
		}
		return child.Start(cmd, cmd.Start)
	}
	return child.Conform(ctx, start, o)
}

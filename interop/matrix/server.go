package main

import (
	"context"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/interop/internal/child"
)

// server runs cases against the server of a peer.
func (c *config) server(ctx context.Context, p peer, cases []*suite.Case) (verdict.Run, error) {
	var server *child.Server
	stop := func() {
		if server != nil {
			server.Stop()
		}
	}
	defer func() { stop() }()
	start := func(context.Context) (url string, err error) {
		stop()
		server = nil
		cmd, err := p.server()
		if err == nil {
			server, err = child.Start(cmd, cmd.Start)
		}
		if err != nil {
			return "", err
		}
		return "ws://" + server.Addr + "/", nil
	}
	url, err := start(ctx)
	if err != nil {
		return verdict.Run{}, err
	}
	return suite.Server(ctx, suite.Target{URL: url}, suite.Options{Cases: cases, Patience: c.patience, Restart: start})
}

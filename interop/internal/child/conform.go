package child

import (
	"context"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
)

// Conform runs cases of the conformance suite against a server that start
// starts, again whenever its process has ended.
func Conform(ctx context.Context, start func() (*Server, error), o suite.Options) (verdict.Run, error) {
	var s *Server
	defer func() { s.Stop() }()
	o.Restart = func(context.Context) (url string, err error) {
		s.Stop()
		if s, err = start(); err != nil {
			return "", err
		}
		return "ws://" + s.Addr + "/", nil
	}
	url, err := o.Restart(ctx)
	if err != nil {
		return verdict.Run{}, err
	}
	return suite.Server(ctx, suite.Target{URL: url}, o)
}

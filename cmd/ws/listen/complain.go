package listen

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
)

// Complain returns what tells stderr of requests that go wrong. One that the end
// of the server overtakes has not.
func Complain(env command.Environment) func(*http.Request, error) {
	return func(r *http.Request, err error) {
		if !errors.Is(err, server.ErrServerClosed) {
			fmt.Fprintf(env.Stderr, "ws: %s\n", complaint(env, r, err))
		}
	}
}

// complaint says what went wrong with a request, which may be nil.
func complaint(env command.Environment, r *http.Request, err error) string {
	var refused *handshake.Error
	switch {
	case r == nil:
		return env.Line(err)
	case errors.As(err, &refused) && refused.Status == http.StatusForbidden:
		return fmt.Sprintf("%s: origin %q refused, -origin allows it", r.RemoteAddr, r.Header.Get("Origin"))
	}
	return r.RemoteAddr + ": " + env.Line(err)
}

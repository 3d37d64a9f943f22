package listen

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
)

// Complain returns what tells stderr of requests that go wrong. One that the end
// of the server overtakes has not.
func Complain(stderr io.Writer) func(*http.Request, error) {
	return func(r *http.Request, err error) {
		if !errors.Is(err, server.ErrServerClosed) {
			fmt.Fprintf(stderr, "ws: %s\n", complaint(r, err))
		}
	}
}

// complaint says what went wrong with a request, which may be nil.
func complaint(r *http.Request, err error) string {
	var refused *handshake.Error
	switch {
	case r == nil:
		return command.Line(err)
	case errors.As(err, &refused) && refused.Status == http.StatusForbidden:
		return fmt.Sprintf("%s: origin %q refused, -origin allows it", r.RemoteAddr, r.Header.Get("Origin"))
	}
	return r.RemoteAddr + ": " + command.Line(err)
}

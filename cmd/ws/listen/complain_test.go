package listen

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
)

func TestComplain(t *testing.T) {
	r := &http.Request{RemoteAddr: "192.0.2.1:5", Header: http.Header{"Origin": {"https://example.com"}}}
	for _, c := range []struct {
		r    *http.Request
		err  error
		want string
	}{
		{nil, errors.New("accept"), "ws: accept\n"},
		{r, errors.New("lost"), "ws: 192.0.2.1:5: lost\n"},
		{r, &handshake.Error{Status: http.StatusForbidden}, "ws: 192.0.2.1:5: origin \"https://example.com\" refused, -origin allows it\n"},
		{r, server.ErrServerClosed, ""}, // it was opened while the server ended
	} {
		var b strings.Builder
		Complain(command.Environment{Stderr: &b})(c.r, c.err)
		if b.String() != c.want {
			t.Errorf("%v: %q, want %q", c.err, b.String(), c.want)
		}
	}
}

package handshake

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestError(t *testing.T) {
	for _, c := range []struct {
		e    Error
		want string
	}{
		{Error{Status: 400, Rule: "6455-4.2.1-9", Text: "no key"}, "websocket: handshake: no key [6455-4.2.1-9]"},
		{Error{Text: "no key"}, "websocket: handshake: no key"},
		{Error{Text: "too long", Rule: "6455-10.7-4", Option: "Options.MaxHeaderBytes"},
			"websocket: handshake: too long, Options.MaxHeaderBytes raises the limit [6455-10.7-4]"},
	} {
		if got := c.e.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

//rfc:6455-4.2.2-9 6455-4.3-7 6455-4.4-1
func TestSection4_4ErrorHeader(t *testing.T) {
	for status, want := range map[int]http.Header{
		0:   nil,
		400: nil,
		403: nil,
		405: {"Allow": {"GET"}},
		426: {"Upgrade": {"websocket"}, "Connection": {"Upgrade"}, "Sec-Websocket-Version": {"13"}},
		500: nil,
	} {
		e := &Error{Status: status}
		if diff := cmp.Diff(want, e.Header()); diff != "" {
			t.Errorf("status %d (-want +got):\n%s", status, diff)
		}
	}
}

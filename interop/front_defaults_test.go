package interop

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
)

// What becomes of a handshake where a front has not been told all that it needs,
// and what people read then: the server's operator in OnError, the client's in
// the response's body, which is not one of the server's pages. HAProxy and Caddy
// need to be told nothing.
var defaults = []struct {
	front  front
	path   string
	status int
	says   string
}{
	{nginxTLS, "/default/ws", 505, "the HTTP version is below 1.1; a proxy has to pass Upgrade and Connection on (nginx: "},
	{nginxTLS, "/http11/ws", 426, "Upgrade is missing; a proxy has to pass Upgrade and Connection on (nginx: "},
	{nginxTLS, "/upstream/ws", 403, "a proxy has to pass Host on (nginx: proxy_set_header Host $http_host)"},
	{apache, "/upstream/ws", 403, "a proxy has to pass Host on (nginx: proxy_set_header Host $http_host)"},
}

func TestFrontsDefaults(t *testing.T) {
	for _, d := range defaults {
		for name, s := range map[string]*ourServer{
			"net/http": serveHTTP(t, false, server.Options{}, nil), "listener": serveRaw(t, false, server.Options{}),
		} {
			t.Run(d.front.name+d.path+" "+name, func(t *testing.T) {
				at := d.front.start(t, s.hostPort(), never)
				o := behind("https://" + at)
				_, resp, err := client.Dial(soon(t), "wss://"+at+d.path, &o)
				var refused *handshake.Error
				if !errors.As(err, &refused) || refused.Status != d.status {
					t.Fatalf("Dial: %v, want a refusal with %d", err, d.status)
				}
				if body, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(body), d.says) {
					t.Errorf("the body is %q, %v, want %q in it", body, err, d.says)
				}
				if err := <-s.refused; !strings.Contains(err.Error(), d.says) {
					t.Errorf("OnError is told %v, want %q in it", err, d.says)
				}
			})
		}
	}
}

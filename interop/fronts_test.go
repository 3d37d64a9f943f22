package interop

import (
	"crypto/tls"
	"errors"
	"net/http"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/server"
)

// overEachFront runs a test for each front.
func overEachFront(t *testing.T, test func(*testing.T, front)) {
	for _, f := range fronts {
		t.Run(f.name, func(t *testing.T) { test(t, f) })
	}
}

// behind are the options of a client of a front.
func behind(origin string) client.Options {
	return client.Options{
		Origin:    origin,
		Proxy:     client.NoProxy,
		TLSConfig: &tls.Config{InsecureSkipVerify: true}, // self-signed
	}
}

// What clients and our server say to each other arrives through a front,
// compressed or not.
func TestFronts(t *testing.T) {
	overEachFront(t, func(t *testing.T, f front) {
		for _, a := range []agreement{{}, takeover(freely)} {
			t.Run(a.name(), func(t *testing.T) {
				s := serveRaw(t, false, options(a))
				url := "wss://" + f.start(t, s.hostPort(), never) + "/ws"
				testProxied(t, toUs(s, url, newOurs(t).peer, a))
			})
		}
	})
}

// The site's own pages are taken by a server with no options, on both ways in.
// Those of others are refused, also those that an http page of the same host
// would be if there were one on this port.
func TestFrontsOrigin(t *testing.T) {
	overEachFront(t, func(t *testing.T, f front) {
		for name, s := range map[string]*ourServer{
			"net/http": serveHTTP(t, false, server.Options{}, nil), "listener": serveRaw(t, false, server.Options{}),
		} {
			t.Run(name, func(t *testing.T) {
				at := f.start(t, s.hostPort(), never)
				checkOwnOrigin(t, s, "wss://"+at+"/ws", "https://"+at)
				for _, origin := range []string{"https://example.com", "https://" + s.hostPort(), "https://127.0.0.1", "null"} {
					checkForeignOrigin(t, s, "wss://"+at+"/ws", origin)
				}
			})
		}
	})
}

func checkOwnOrigin(t *testing.T, s *ourServer, url, origin string) {
	t.Helper()
	o := behind(origin)
	c, _, err := client.Dial(soon(t), url, &o)
	if err != nil {
		t.Fatalf("origin %s: %v", origin, err)
	}
	defer c.CloseNow()
	s.accepted(t).CloseNow()
}

func checkForeignOrigin(t *testing.T, s *ourServer, url, origin string) {
	t.Helper()
	o := behind(origin)
	_, _, err := client.Dial(soon(t), url, &o)
	for who, err := range map[string]error{"client": err, "server": <-s.refused} {
		var refused *handshake.Error
		if !errors.As(err, &refused) || refused.Status != http.StatusForbidden {
			t.Errorf("origin %s: the %s's error is %v, want a refusal with 403", origin, who, err)
		}
	}
}

// A page of the site talks to our server without anything being allowed, in
// HTTP/2 if the front can do that.
func TestFrontsChromium(t *testing.T) {
	for _, f := range []front{nginxTLS, haproxy} {
		t.Run(f.name, func(t *testing.T) {
			p, o := newPage(), options(agreement{})
			versions := make(chan string, 1000)
			o.Check = func(r *http.Request, _ http.Header) error {
				versions <- r.Header.Get("Front-Version")
				return nil
			}
			s := serveHTTP(t, false, o, p.mux)
			at := f.start(t, s.hostPort(), never)
			p.openIn(t, "https://"+at)
			testProxied(t, toUs(s, "wss://"+at+"/ws", p.peer, agreement{}))
			if v := <-versions; v == "1.1" {
				t.Error("the page does not reach HAProxy by HTTP/2")
			}
		})
	}
}

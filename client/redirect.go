package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// follow opens a connection to u or to where the server sends us instead, which section 4.1 allows.
//
//rfc:6455-4.1-37
func (d *dialer) follow(ctx context.Context, u *url.URL) (*websocket.Conn, *http.Response, error) {
	for redirects := 0; ; redirects++ {
		c, resp, err := d.attempt(ctx, u, func() (link, error) { return d.connect(ctx, u) })
		if err == nil || d.MaxRedirects < 0 || !isRedirect(resp) {
			return c, resp, err
		}
		next, e := redirectURL(u, resp.Header.Get("Location"))
		if e == nil && redirects == d.MaxRedirects {
			e = &handshake.Error{
				Text:   fmt.Sprintf("more than %d redirects", d.MaxRedirects),
				Option: "Options.MaxRedirects",
			}
		}
		if e != nil {
			e.Status = resp.StatusCode
			return nil, resp, fail(ctx, StageRedirect, u, e)
		}
		if next.Scheme != u.Scheme || handshake.HostPort(next) != handshake.HostPort(u) {
			d.dropCredentials()
		}
		u = next
	}
}

// isRedirect reports whether resp, which may be nil, names another URL for the same request. 300 and 304 do
// not, 303 does because the request was a GET already.
func isRedirect(resp *http.Response) bool {
	if resp == nil || resp.Header.Get("Location") == "" {
		return false
	}
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirectURL returns the WebSocket URI that location means in a response from base: HTTP's schemes stand for
// those of WebSocket, a fragment is dropped. It never leads out of TLS. Error texts leave location out, which
// may hold a secret.
//
//rfc:6455-10.6-2
func redirectURL(base *url.URL, location string) (*url.URL, *handshake.Error) {
	ref, err := url.Parse(location)
	if err != nil {
		return nil, &handshake.Error{Text: "the Location of a redirect is no URI"}
	}
	next := base.ResolveReference(ref)
	next.Fragment, next.RawFragment = "", ""
	switch next.Scheme {
	case "http":
		next.Scheme = "ws"
	case "https":
		next.Scheme = "wss"
	}
	if base.Scheme == "wss" && next.Scheme == "ws" {
		return nil, &handshake.Error{Text: "a redirect leads from wss to ws"}
	}
	if next, err = handshake.ParseURL(next.String()); err != nil {
		e := *err.(*handshake.Error)
		e.Text = "the Location of a redirect: " + e.Text
		return nil, &e
	}
	return next, nil
}

// dropCredentials forgets what is meant for the first origin only. It does not come back when a later redirect
// does: who sent us there must not choose what happens under our name.
func (d *dialer) dropCredentials() {
	d.Header = nil
	d.TLSConfig.ServerName = ""
	d.TLSConfig.Certificates = nil
	d.TLSConfig.GetClientCertificate = nil
}

package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// follow opens a connection to u or to where the server sends us instead, which section 4.1 allows.
//
//rfc:6455-4.1-37
func (d *dialer) follow(ctx context.Context, u *url.URL) (*websocket.Conn, *http.Response, error) {
	var via []*http.Request
	for {
		c, resp, err := d.attempt(ctx, u, func() (link, error) { return d.connect(ctx, u) })
		if err == nil || d.MaxRedirects < 0 || !isRedirect(resp) {
			return c, resp, err
		}
		via = append(via, resp.Request)
		next, e := d.redirected(resp, via)
		switch {
		case errors.Is(e, http.ErrUseLastResponse):
			return c, resp, err
		case e != nil:
			return nil, resp, fail(ctx, StageRedirect, u, e)
		}
		if !staysHome(u, next) {
			d.leaveHome()
		}
		u = next
	}
}

// redirected returns where resp leads, the answer to the last of the requests, if it may be followed.
func (d *dialer) redirected(resp *http.Response, via []*http.Request) (*url.URL, error) {
	u := resp.Request.URL
	next, e := redirectURL(u, resp.Header.Get("Location"))
	switch {
	case e != nil:
	case len(via) > d.MaxRedirects:
		e = &handshake.Error{
			Text:   fmt.Sprintf("more than %d redirects", d.MaxRedirects),
			Option: "Options.MaxRedirects",
		}
	case d.CheckRedirect != nil:
		shown := *next
		r := &http.Request{Method: http.MethodGet, URL: &shown, Header: make(http.Header), Response: resp}
		return next, d.CheckRedirect(r, via)
	case !staysHome(u, next):
		e = &handshake.Error{Text: "a redirect leads to another origin, which Options.CheckRedirect can allow"}
	}
	if e != nil {
		e.Status = resp.StatusCode
		return nil, e
	}
	return next, nil
}

// staysHome reports whether a redirect from one URL to the other stays with whom the caller's secrets are for: the
// same origin, or the same host when it moves from ws to wss and both have their default ports.
func staysHome(from, to *url.URL) bool {
	if from.Scheme == to.Scheme {
		return handshake.HostPort(from) == handshake.HostPort(to)
	}
	plain, secure := net.JoinHostPort(from.Hostname(), "80"), net.JoinHostPort(from.Hostname(), "443")
	return from.Scheme == "ws" && handshake.HostPort(from) == plain && handshake.HostPort(to) == secure
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

// leaveHome forgets what is meant for the first origin only. It does not come back when a later redirect does: who
// sent us there must not choose what happens under our name. A server that insists on an origin learns that there is
// one which it must not know (RFC 6454, section 7.3).
func (d *dialer) leaveHome() {
	if _, has := fieldIn(d.Header, "Origin"); has || d.Origin != "" {
		d.Origin = "null"
	}
	if _, has := fieldIn(d.Header, "User-Agent"); has {
		d.Header = withAgent(nil)
	} else {
		d.Header = nil
	}
	d.Subprotocols = nil
	d.TLSConfig.ServerName = ""
	d.TLSConfig.Certificates = nil
	d.TLSConfig.GetClientCertificate = nil
}

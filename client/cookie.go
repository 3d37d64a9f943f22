package client

import (
	"net/http"
	"net/url"
)

// headerFor returns the caller's header for a request to u with the jar's cookies: in one field together with
// the caller's own, as RFC 6265, section 5.4, asks for.
//
//rfc:6455-4.1-35
func (d *dialer) headerFor(u *url.URL) http.Header {
	if d.Jar == nil {
		return d.Header
	}
	r := http.Request{Header: d.Header.Clone()}
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	for _, cookie := range d.Jar.Cookies(httpURL(u)) {
		r.AddCookie(cookie)
	}
	return r.Header
}

// keepCookies gives the cookies that a response sets, whatever its status, to the jar. The caller finds them
// in the response as well.
//
//rfc:6455-4.1-51
func (d *dialer) keepCookies(u *url.URL, resp *http.Response) {
	if cookies := resp.Cookies(); d.Jar != nil && len(cookies) > 0 {
		d.Jar.SetCookies(httpURL(u), cookies)
	}
}

// httpURL is the URL that u is for HTTP, with which cookies and proxies are shared.
func httpURL(u *url.URL) *url.URL {
	c := *u
	c.Scheme = "http"
	if u.Scheme == "wss" {
		c.Scheme = "https"
	}
	return &c
}

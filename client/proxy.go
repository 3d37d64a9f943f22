package client

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"

	"golang.org/x/net/http/httpproxy"

	"github.com/seed372fb791/rfc6455/handshake"
)

// ProxyError says that a proxy, and not the server, is why a dial failed.
type ProxyError struct {
	Proxy  string // scheme, host and port of the proxy, never its credentials
	Status int    // of an HTTP proxy's answer, 407 if it wants other credentials; 0 if that was not the cause
	Err    error
}

// Error returns "proxy scheme://host:port: cause".
func (e *ProxyError) Error() string { return "proxy " + e.Proxy + ": " + textOf(e.Err) }

// Unwrap returns Err.
func (e *ProxyError) Unwrap() error { return e.Err }

// proxyFor returns the proxy to reach u through, nil for none.
func (d *dialer) proxyFor(ctx context.Context, u *url.URL) (*url.URL, error) {
	if d.Proxy == nil {
		return proxyFromEnvironment(u)
	}
	r := &http.Request{
		Method: http.MethodGet, URL: httpURL(u), Host: u.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}},
	}
	return d.Proxy(r.WithContext(ctx))
}

// proxyFromEnvironment asks for the proxy for HTTPS first, as the note in section 4.1 has it: that one lets
// CONNECT pass, which one for HTTP need not. The one for all schemes comes last.
func proxyFromEnvironment(u *url.URL) (*url.URL, error) {
	c := httpproxy.FromEnvironment()
	all := &httpproxy.Config{NoProxy: c.NoProxy}
	all.HTTPSProxy = cmp.Or(os.Getenv("ALL_PROXY"), os.Getenv("all_proxy"))
	asHTTPS := url.URL{Scheme: "https", Host: handshake.HostPort(u)}
	proxy, err := c.ProxyFunc()(&asHTTPS)
	if proxy == nil && err == nil && u.Scheme == "ws" {
		proxy, err = c.ProxyFunc()(&url.URL{Scheme: "http", Host: asHTTPS.Host})
	}
	if proxy == nil && err == nil {
		proxy, err = all.ProxyFunc()(&asHTTPS)
	}
	return proxy, err
}

var proxyPorts = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

// through opens a connection to address, "host:port", by way of the proxy.
//
//rfc:6455-4.1-9 6455-4.1-12
func (d *dialer) through(ctx context.Context, proxy *url.URL, address string) (link, error) {
	blame := func(status int, err error) error {
		if end := endOf(ctx); end != nil && status == 0 {
			err = end
		}
		return &ProxyError{proxy.Scheme + "://" + proxy.Host, status, err}
	}
	port, known := proxyPorts[proxy.Scheme]
	if !known || proxy.Hostname() == "" {
		return link{}, blame(0, errors.New("its URL needs a host and one of the schemes http, https, socks5"))
	}
	proxyAddress := net.JoinHostPort(proxy.Hostname(), cmp.Or(proxy.Port(), port))
	l, err := d.dialTCP(ctx, proxyAddress)
	if err != nil {
		return link{}, blame(0, err)
	}
	var status int
	err = guard(ctx, l.socket, func() (err error) {
		switch proxy.Scheme {
		case "http":
			status, err = d.tunnel(l, proxy.User, address)
		case "https":
			status, err = d.tunnelTLS(ctx, &l, proxy, address)
		default:
			err = socks5(ctx, l, proxyAddress, proxy.User, address)
		}
		return err
	})
	if err != nil {
		return link{}, blame(status, err)
	}
	return l, nil
}

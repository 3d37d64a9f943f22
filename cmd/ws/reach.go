package main

import (
	"context"
	"crypto/tls"
	"flag"
	"net"
	"net/http"
	"net/url"
	"slices"

	"github.com/seed372fb791/rfc6455/client"
)

// reach are the flags about TLS and the way to the server.
type reach struct {
	trust
	cert, key         string // of the client
	proxy, unixSocket string
}

var reachFlags = group{"TLS and the way to the server", []string{"insecure", "cacert", "cert", "key", "proxy", "unix"}}

func (r *reach) add(fs *flag.FlagSet) {
	r.trust.add(fs)
	fs.StringVar(&r.cert, "cert", "", "show the server the client certificate in this PEM `file`, any intermediate ones after it")
	fs.StringVar(&r.key, "key", "", "the private key of -cert, a PEM `file`")
	fs.StringVar(&r.proxy, "proxy", "", "go through the proxy at this `URL`, such as http://proxy:3128, https://user:password@proxy or\nsocks5://proxy:1080, and not through the one that the environment names (HTTPS_PROXY, HTTP_PROXY)")
	fs.StringVar(&r.unixSocket, "unix", "", "connect to this Unix socket, a `file`; the URL still says what to ask for")
}

// check finds flags that mean nothing.
func (r *reach) check() error {
	switch {
	case (r.cert == "") != (r.key == ""):
		return badUsage("-cert and -key go together")
	case r.proxy != "" && r.unixSocket != "":
		return badUsage("-proxy does not go with -unix")
	case r.proxy == "":
		return r.trust.check()
	}
	u, err := url.Parse(r.proxy)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) {
		return badUsage("-proxy wants a URL such as http://proxy:3128, https://proxy or socks5://proxy:1080")
	}
	return r.trust.check()
}

// apply sets what the flags mean for the library.
func (r *reach) apply(o *client.Options) (err error) {
	o.TLSConfig, err = r.tlsConfig()
	switch {
	case r.proxy != "":
		o.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(r.proxy) }
	case r.unixSocket != "":
		o.Proxy = client.NoProxy
		o.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", r.unixSocket)
		}
	}
	return err
}

func (r *reach) tlsConfig() (*tls.Config, error) {
	config, err := r.trust.config()
	if err != nil {
		return nil, err
	}
	if r.cert != "" {
		certificate, err := tls.LoadX509KeyPair(r.cert, r.key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	return config, nil
}

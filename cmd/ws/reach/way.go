package reach

import (
	"context"
	"crypto/tls"
	"flag"
	"net"
	"net/http"
	"net/url"
	"slices"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
)

// way are the flags about TLS and the way to the server.
type way struct {
	Trust
	cert, key         string // of the client
	proxy, unixSocket string
}

// WayGroup is their group.
var WayGroup = command.Group{Title: "TLS and the way to the server", Flags: []string{"insecure", "cacert", "cert", "key", "proxy", "unix"}}

func (w *way) add(fs *flag.FlagSet) {
	w.Trust.Add(fs)
	fs.StringVar(&w.cert, "cert", "", "show the server the client certificate in this PEM `file`, any intermediate ones after it")
	fs.StringVar(&w.key, "key", "", "the private key of -cert, a PEM `file`")
	fs.StringVar(&w.proxy, "proxy", "", "go through the proxy at this `URL`, such as http://proxy:3128, https://user:password@proxy or\nsocks5://proxy:1080, and not through the one that the environment names (HTTPS_PROXY, HTTP_PROXY)")
	fs.StringVar(&w.unixSocket, "unix", "", "connect to this Unix socket, a `file`; the URL still says what to ask for")
}

// check finds flags that mean nothing.
func (w *way) check() error {
	switch {
	case (w.cert == "") != (w.key == ""):
		return command.BadUsage("-cert and -key go together")
	case w.proxy != "" && w.unixSocket != "":
		return command.BadUsage("-proxy does not go with -unix")
	case w.proxy == "":
		return w.Trust.Check()
	}
	u, err := url.Parse(w.proxy)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) {
		return command.BadUsage("-proxy wants a URL such as http://proxy:3128, https://proxy or socks5://proxy:1080")
	}
	return w.Trust.Check()
}

// apply sets what the flags mean for the library.
func (w *way) apply(o *client.Options) (err error) {
	o.TLSConfig, err = w.tlsConfig()
	switch {
	case w.proxy != "":
		o.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(w.proxy) }
	case w.unixSocket != "":
		o.Proxy = client.NoProxy
		o.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", w.unixSocket)
		}
	}
	return err
}

func (w *way) tlsConfig() (*tls.Config, error) {
	config, err := w.Trust.Config()
	if err != nil {
		return nil, err
	}
	if w.cert != "" {
		certificate, err := tls.LoadX509KeyPair(w.cert, w.key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	return config, nil
}

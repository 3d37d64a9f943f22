package suite

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
)

// Target is a server to be tested: one that sends each message back.
type Target struct {
	URL          string // ws or wss
	Header       http.Header
	Origin       string
	Subprotocols []string
	TLS          *tls.Config // for wss; nil is for the defaults
	// Dial makes the connection; nil is for TCP without a proxy.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	url *url.URL
}

// parse reads the URL.
func (t *Target) parse() (err error) {
	t.url, err = handshake.ParseURL(t.URL)
	return err
}

func (t *Target) path() string { return t.url.RequestURI() }
func (t *Target) host() string { return t.url.Host }

// connect makes a connection, with TLS for wss.
func (t *Target) connect(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, openingTime)
	defer cancel()
	dial := t.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	c, err := dial(ctx, "tcp", handshake.HostPort(t.url))
	if err != nil || t.url.Scheme != "wss" {
		return c, err
	}
	config := t.TLS.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	if config.ServerName == "" {
		config.ServerName = t.url.Hostname()
	}
	secure := tls.Client(c, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return secure, nil
}

// openingTime bounds connections and opening handshakes, which most cases do not
// judge.
const openingTime = 20 * time.Second

package client

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
)

// tunnelTLS is tunnel after a TLS handshake with the proxy. What l carries goes through that from then on.
func (d *dialer) tunnelTLS(ctx context.Context, l *link, proxy *url.URL, address string) (status int, err error) {
	c := d.TLSConfig.Clone()
	c.ServerName = "" // it is about the server
	if l.Conn, err = startTLS(ctx, l.Conn, c, proxy.Hostname()); err != nil {
		return 0, hintPlain(err, "the proxy answers without TLS: is its URL http?")
	}
	return d.tunnel(l, proxy.User, address)
}

// tunnel asks an HTTP proxy for a TCP connection to address (RFC 9110, section 9.3.6), with Basic credentials if
// user has some. An error comes with the status of the proxy's answer, if that was the cause.
//
//rfc:6455-4.1-9
func (d *dialer) tunnel(nc net.Conn, user *url.Userinfo, address string) (status int, err error) {
	request := "CONNECT " + address + " HTTP/1.1\r\nHost: " + address + "\r\n"
	if user != nil {
		password, _ := user.Password()
		credentials := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		request += "Proxy-Authorization: Basic " + credentials + "\r\n"
	}
	if _, err := nc.Write([]byte(request + "\r\n")); err != nil {
		return 0, err
	}
	h, err := readHead(nc, d.limits())
	switch {
	case err != nil:
		return 0, hintTLS(proxyFault(err), h, "the proxy answers with TLS: is its URL https?")
	case h.resp.StatusCode/100 != 2:
		status = h.resp.StatusCode
		return status, fmt.Errorf("it answered %d %s", status, http.StatusText(status))
	case len(h.rest()) > 0:
		// Nothing has been sent to the server yet, so this is not the server's answer.
		return 0, &handshake.Error{Text: "more than its answer to CONNECT came (RFC 9110, section 9.3.6)"}
	}
	return 0, nil
}

// proxyFault returns err, why a proxy's answer cannot be read, as a fault of HTTP: it is no opening handshake, whose
// rules [handshake.ParseResponse] names. Limits of ours are no fault of the proxy.
func proxyFault(err error) error {
	var e *handshake.Error
	if !errors.As(err, &e) {
		return err
	}
	fault := *e
	fault.Rule = ""
	switch {
	case fault.Option != "":
	case strings.HasPrefix(e.Text, "a "): // line, field or value
		fault.Text += " (RFC 9112, sections 2.2 and 5)"
	default:
		fault.Text += " (RFC 9112, section 4)"
	}
	return &fault
}

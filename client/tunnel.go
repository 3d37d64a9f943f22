package client

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/seed372fb791/rfc6455/handshake"
)

// tunnelTLS is tunnel after a TLS handshake with the proxy. What l carries goes through that from then on.
func (d *dialer) tunnelTLS(ctx context.Context, l *link, proxy *url.URL, address string) (status int, err error) {
	c := d.TLSConfig.Clone()
	c.ServerName = "" // it is about the server
	if l.Conn, err = startTLS(ctx, l.Conn, c, proxy.Hostname()); err != nil {
		return 0, err
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
		return 0, err
	case h.resp.StatusCode/100 != 2:
		status = h.resp.StatusCode
		return status, fmt.Errorf("it answered %d %s", status, http.StatusText(status))
	case len(h.rest()) > 0:
		// Nothing has been sent to the server yet, so this is not the server's answer.
		return 0, &handshake.Error{Rule: "6455-10.7-2", Text: "the proxy sent more than its answer to CONNECT"}
	}
	return 0, nil
}

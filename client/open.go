package client

import (
	"context"
	"crypto/tls"
	"net/http"
	"slices"

	"github.com/seed372fb791/rfc6455/websocket"
)

// open makes the TLS handshake, for wss, and the opening handshake over l. If there was a response it is
// returned. After an error l is closed.
//
//rfc:6455-4.1-48 6455-7.1.7-1 6455-7.2.1-1
func (d *dialer) open(ctx context.Context, l link, r *request) (*websocket.Conn, *http.Response, error) {
	if r.url.Scheme == "wss" {
		err := guard(ctx, l.socket, func() (err error) {
			l.Conn, err = startTLS(ctx, l.Conn, d.TLSConfig, r.url.Hostname())
			return hintPlain(err, "the server answers without TLS: is the URL ws?")
		})
		if err != nil {
			return nil, nil, fail(ctx, StageTLS, r.url, err)
		}
	}
	hooks := traceOf(ctx)
	hooks.gotConn(l.Conn)
	var h head
	var setup websocket.Setup
	err := guard(ctx, l.socket, func() (err error) {
		h, setup, err = d.handshake(hooks, l, r)
		return err
	})
	if err != nil {
		return nil, h.resp, fail(ctx, StageHandshake, r.url, err)
	}
	setup.Received = slices.Clone(h.rest()) // without the head's memory
	return websocket.NewConn(l.Conn, websocket.Client, setup, d.Conn), h.resp, nil
}

// handshake sends the request, then reads and checks the response.
//
//rfc:6455-4.1-3 6455-4.1-17 6455-4.1-36 6455-4.1-37
func (d *dialer) handshake(hooks trace, l link, r *request) (head, websocket.Setup, error) {
	_, err := l.Write(r.bytes)
	hooks.wroteRequest(err)
	if err != nil {
		return head{}, websocket.Setup{}, err
	}
	h, err := readHead(hooks.reader(l), d.limits())
	if err != nil {
		return head{}, websocket.Setup{}, hintTLS(err, h, "the server answers with TLS: is the URL wss?")
	}
	h.resp.Request = &http.Request{Method: http.MethodGet, URL: r.url}
	setup, err := r.check(h.resp)
	if h.resp.StatusCode != http.StatusSwitchingProtocols {
		var body []byte
		h.resp, body = readRefusal(l, h)
		err = hintRefusal(err, h.resp.StatusCode, body)
	}
	if r.url.Scheme == "wss" {
		state := l.Conn.(*tls.Conn).ConnectionState()
		h.resp.TLS = &state
	}
	d.keepCookies(r.url, h.resp)
	return h, setup, err
}

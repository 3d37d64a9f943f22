package client_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// newCertificate makes a certificate for the names and addresses and the pool that trusts it.
func newCertificate(hosts ...string) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, pool
}

var certificate, trusted = newCertificate("127.0.0.1", "server.test", "proxy.test")

// overTLS serves TLS connections.
func overTLS(c *tls.Config, serve func(net.Conn)) func(net.Conn) {
	return func(nc net.Conn) {
		t := tls.Server(nc, c)
		if t.HandshakeContext(context.Background()) == nil {
			serve(t)
			t.Close()
		}
	}
}

func serverTLS() *tls.Config { return &tls.Config{Certificates: []tls.Certificate{certificate}} }

// to is a DialContext that leads to one server, whatever is asked for.
func to(s *testServer) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.addr)
	}
}

// Frames are masked over TLS too: the server would refuse others.
//
//rfc:6455-3-5 6455-4.1-13 6455-4.1-15 6455-5.1-2 6455-10.6-1 6455-10.6-2
func TestTLS(t *testing.T) {
	noLeaks(t)
	s := listen(t, overTLS(serverTLS(), echo))
	o := &client.Options{TLSConfig: &tls.Config{RootCAs: trusted}}
	for _, url := range []string{"wss://" + s.addr, "WSS://" + s.addr} {
		c, resp, err := client.Dial(t.Context(), url, o)
		if err != nil {
			t.Fatal(err)
		}
		if resp.TLS == nil || resp.TLS.Version < tls.VersionTLS12 {
			t.Errorf("response: %+v", resp)
		}
		talk(t, c)
	}
}

// The TLS handshake comes before anything else, names the server, and asks for HTTP/1.1, whatever the caller's
// configuration says.
//
//rfc:6455-4.1-13 6455-4.1-16 6455-10.6-3
func TestClientHello(t *testing.T) {
	noLeaks(t)
	hellos := make(chan *tls.ClientHelloInfo, 1)
	config := serverTLS()
	config.NextProtos = []string{"h2", "http/1.1"}
	config.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		hellos <- h
		return nil, nil
	}
	s := listen(t, overTLS(config, echo))
	for name, c := range map[string]*tls.Config{
		"verified":     {RootCAs: trusted},
		"unverified":   {InsecureSkipVerify: true},
		"with its own": {RootCAs: trusted, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS10},
	} {
		t.Run(name, func(t *testing.T) {
			o := &client.Options{TLSConfig: c, DialContext: to(s)}
			conn, resp, err := client.Dial(t.Context(), "wss://server.test/", o)
			if err != nil {
				t.Fatal(err)
			}
			h := <-hellos
			if h.ServerName != "server.test" || resp.TLS.NegotiatedProtocol != "http/1.1" {
				t.Errorf("server name %q, protocol %q", h.ServerName, resp.TLS.NegotiatedProtocol)
			}
			for _, v := range h.SupportedVersions {
				if v < tls.VersionTLS12 {
					t.Errorf("TLS version %x is offered", v)
				}
			}
			talk(t, conn)
		})
	}
}

// A TLS handshake that fails fails the connection, before any handshake data.
//
//rfc:6455-4.1-12 6455-4.1-14 6455-7.4.1-19 6455-10.6-3
func TestTLSFailure(t *testing.T) {
	noLeaks(t)
	var verification *tls.CertificateVerificationError
	old := serverTLS()
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	secure := func(nc net.Conn) {
		if raw := drained(nc); raw != "" {
			t.Errorf("the server was sent %q", raw)
		}
	}
	for name, test := range map[string]struct {
		serve  func(net.Conn)
		host   string
		config *tls.Config
		as     any
	}{
		"unknown issuer": {overTLS(serverTLS(), secure), "server.test", nil, &verification},
		"other name":     {overTLS(serverTLS(), secure), "other.test", &tls.Config{RootCAs: trusted}, &verification},
		"old version":    {overTLS(old, secure), "server.test", &tls.Config{RootCAs: trusted}, nil},
		"no TLS":         {saysFirst("HTTP/1.1 400 \r\n\r\n"), "server.test", nil, new(tls.RecordHeaderError)},
		"end":            {func(net.Conn) {}, "server.test", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := listen(t, test.serve)
			o := &client.Options{DialContext: to(s), TLSConfig: test.config}
			_, e := dialFails(t, "wss://"+test.host, o, client.StageTLS, "")
			if e.Code() != websocket.CloseTLSHandshake {
				t.Errorf("code %v", e.Code())
			}
			if hinted := strings.Contains(e.Error(), "the server answers without TLS: is the URL ws?"); hinted != (name == "no TLS") {
				t.Errorf("error %v", e)
			}
			if test.as != nil && !errors.As(e, test.as) {
				t.Errorf("error %v", e)
			}
		})
	}
}

// A plain connection to a TLS server fails later, as what it is, with a hint if the server says anything at all.
//
//rfc:6455-7.1.4-3
func TestNoTLS(t *testing.T) {
	noLeaks(t)
	s := listen(t, overTLS(serverTLS(), echo))
	_, e := dialFails(t, "ws://"+s.addr, nil, client.StageHandshake, "unexpected EOF")
	if e.Code() != websocket.CloseAbnormal {
		t.Errorf("code %v", e.Code())
	}
	alert := listen(t, answers("\x15\x03\x03\x00\x02\x02\x16"))
	_, e = dialFails(t, "ws://"+alert.addr, nil, client.StageHandshake, "the server answers with TLS: is the URL wss?")
	wantRule(t, e, "6455-4.1-46")
	for _, says := range []string{
		"Client sent an HTTP request to an HTTPS server.\n",
		"<center>The plain HTTP request was sent to HTTPS port</center>",
		"You're speaking plain HTTP to an SSL-enabled server port.<br />",
		"no idea",
	} {
		s := listen(t, answers("HTTP/1.1 400 Bad Request\r\n\r\n"+says))
		resp, e := dialFails(t, "ws://"+s.addr, nil, client.StageHandshake, "400 Bad Request")
		refused(t, e, 400)
		if hinted := strings.Contains(e.Error(), "is the URL wss?"); hinted != (says != "no idea") || readAll(t, resp) != says {
			t.Errorf("%s: %v", says, e)
		}
	}
}

// The jar knows wss as https.
//
//rfc:6455-4.1-51
func TestSecureCookies(t *testing.T) {
	noLeaks(t)
	sent := make(chan []string, 4)
	serve := func(nc net.Conn) {
		r, _ := readRequest(nc)
		sent <- r.Header["Cookie"]
		echoTo(nc, r, http.Header{"Set-Cookie": {"a=b; Secure"}})
	}
	plain, secure := listen(t, serve), listen(t, overTLS(serverTLS(), serve))
	jar, _ := cookiejar.New(nil)
	for i, url := range []string{"wss://server.test/", "ws://server.test/", "wss://server.test/"} {
		o := &client.Options{Jar: jar, TLSConfig: &tls.Config{RootCAs: trusted}, DialContext: to(secure)}
		if i == 1 {
			o.DialContext = to(plain)
		}
		c, _, err := client.Dial(t.Context(), url, o)
		if err != nil {
			t.Fatal(err)
		}
		talk(t, c)
		if got := <-sent; (i == 2) != (len(got) == 1) {
			t.Errorf("%s: sent %q", url, got)
		}
	}
}

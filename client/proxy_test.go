package client_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/client"
)

// fixed is an Options.Proxy.
func fixed(proxy string) func(*http.Request) (*url.URL, error) {
	return func(*http.Request) (*url.URL, error) { return url.Parse(proxy) }
}

// Each kind of proxy is asked for host and port, name unresolved, and carries ws and wss, with and without
// credentials.
//
//rfc:6455-4.1-7 6455-4.1-9 6455-4.1-13 6455-4.1-15 6455-4.1-17
func TestProxy(t *testing.T) {
	noLeaks(t)
	plain, secure := listen(t, echo), listen(t, overTLS(serverTLS(), echo))
	for target, upstream := range map[string]*testServer{
		"ws://server.test": plain, "wss://server.test": secure, "ws://server.test:8080": plain, "ws://[::1]": plain,
	} {
		for _, user := range []string{"", "bob"} {
			p := newProxy(upstream, user, "pass:w@rd")
			for kind, proxy := range p.start(t) {
				t.Run(target+" "+kind+" "+user, func(t *testing.T) {
					if user != "" {
						proxy = strings.Replace(proxy, "://", "://bob:pass:w%40rd@", 1)
					}
					o := &client.Options{Proxy: fixed(proxy), TLSConfig: &tls.Config{RootCAs: trusted}}
					c, resp, err := client.Dial(t.Context(), target, o)
					if err != nil {
						t.Fatal(err)
					}
					if (resp.TLS != nil) != strings.HasPrefix(target, "wss:") {
						t.Error("the response is about another TLS connection")
					}
					wantAsked(t, <-p.asked, kind, target)
					talk(t, c)
				})
			}
		}
	}
}

func wantAsked(t *testing.T, asked, kind, target string) {
	t.Helper()
	scheme, address, _ := strings.Cut(target, "://")
	if u, _ := url.Parse(target); u.Port() == "" {
		address += map[string]string{"ws": ":80", "wss": ":443"}[scheme]
	}
	want := address
	if strings.HasPrefix(kind, "http") {
		want = "CONNECT " + address + " " + address
	}
	if asked != want {
		t.Errorf("the proxy was asked for %q, want %q", asked, want)
	}
}

// A proxy that does not do what it is asked for is told apart from a server that does not.
//
//rfc:6455-4.1-12
func TestProxyFailure(t *testing.T) {
	noLeaks(t)
	const nobody = "127.0.0.1:1"
	p := newProxy(&testServer{addr: nobody}, "bob", "secret")
	urls := p.start(t)
	urls["other name"] = strings.Replace(urls["https"], "127.0.0.1", "localhost", 1)
	as := func(kind, user string) string { return strings.Replace(urls[kind], "://", "://"+user+"@", 1) }
	says := func(answer string) string { return "http://x:secret@" + listen(t, proxyAnswer(answer)).addr }
	socks := func(answer string) string { return "socks5://x:secret@" + listen(t, socksAnswer(answer)).addr }

	for name, test := range map[string]struct {
		proxy  string
		status int
		text   string
	}{
		"http without credentials":      {urls["http"], 407, "answered 407 Proxy Authentication Required"},
		"http with wrong credentials":   {as("http", "bob:secret2"), 407, "answered 407"},
		"https with wrong credentials":  {as("https", "bob:secret2"), 407, "answered 407"},
		"http to nowhere":               {as("http", "bob:secret"), 502, "answered 502 Bad Gateway"},
		"socks5 without credentials":    {urls["socks5"], 0, "no acceptable authentication methods"},
		"socks5 with wrong credentials": {as("socks5", "bob:secret2"), 0, "authentication failed"},
		"socks5 to nowhere":             {as("socks5", "bob:secret"), 0, "connection refused"},
		"socks5 with a long password":   {as("socks5", "bob:secret"+strings.Repeat("x", 300)), 0, "invalid username/password"},
		"unreachable":                   {"http://bob:secret@" + nobody, 0, "refused"},
		"other scheme":                  {"ftp://bob:secret@proxy.test", 0, "http, https, socks5"},
		"no host":                       {"http:bob:secret", 0, "needs a host"},
		"a redirect":                    {says("HTTP/1.1 302 Found\r\nLocation: /secret\r\n\r\n"), 302, "answered 302 Found"},
		"a switch":                      {says("HTTP/1.1 101 Switching Protocols\r\n\r\n"), 101, "answered 101"},
		"more than an answer":           {says("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 101"), 0, "more than its answer to CONNECT came (RFC 9110, section 9.3.6)"},
		"no HTTP":                       {says("SSH-2.0\r\n\r\n"), 0, "does not begin with HTTP/ (RFC 9112, section 4)"},
		"no status":                     {says("HTTP/1.1 2OO OK\r\n\r\n"), 0, "three digits (RFC 9112, section 4)"},
		"a folded line":                 {says("HTTP/1.1 200 OK\r\n X: y\r\n\r\n"), 0, "is folded (RFC 9112, sections 2.2 and 5)"},
		"TLS":                           {says("\x15\x03\x01\x00\x02\x02\x28"), 0, "the proxy answers with TLS: is its URL https?"},
		"no TLS":                        {"https://" + listen(t, saysFirst("HTTP/1.1 400 No\r\n\r\n")).addr, 0, "the proxy answers without TLS: is its URL http?"},
		"nothing":                       {says(""), 0, "unexpected EOF"},
		"half an answer":                {says("HTTP/1.1 200 OK\r\n"), 0, "unexpected EOF"},
		"a long answer":                 {says("HTTP/1.1 200 " + strings.Repeat("x", 17000)), 0, "Options.MaxHeaderBytes"},
		"no SOCKS":                      {socks("HTTP/1.1 400 "), 0, "unexpected protocol version"},
		"half a SOCKS answer":           {socks("\x05"), 0, "EOF"},
		"TLS with another name":         {as("other name", "secret"), 0, "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			o := &client.Options{Proxy: fixed(test.proxy), TLSConfig: &tls.Config{RootCAs: trusted}}
			resp, e := dialFails(t, "ws://server.test", o, client.StageProxy, test.text)
			var pe *client.ProxyError
			if !errors.As(e, &pe) || pe.Status != test.status || resp != nil {
				t.Errorf("error %#v, response %v", e.Err, resp)
			}
			if strings.Contains(e.Error(), "6455") {
				t.Errorf("the error is about an opening handshake: %v", e)
			}
			if strings.Contains(e.Error(), "secret") {
				t.Errorf("the error repeats a secret: %v", e)
			}
		})
	}
}

// proxyAnswer is an HTTP proxy with only one answer.
func proxyAnswer(text string) func(net.Conn) {
	return func(nc net.Conn) {
		readHTTP(nc)
		io.WriteString(nc, text)
	}
}

// saysFirst is a server that speaks before it listens.
func saysFirst(text string) func(net.Conn) {
	return func(nc net.Conn) {
		io.WriteString(nc, text)
		drained(nc)
	}
}

func socksAnswer(text string) func(net.Conn) {
	return func(nc net.Conn) {
		nc.Read(make([]byte, 100))
		io.WriteString(nc, text)
	}
}

// readHTTP reads to the end of a request's head.
func readHTTP(nc net.Conn) {
	var head []byte
	for b := make([]byte, 1); !strings.HasSuffix(string(head), "\r\n\r\n"); head = append(head, b...) {
		if _, err := nc.Read(b); err != nil {
			return
		}
	}
}

// Interim responses, HTTP/1.0 and any 2xx are fine.
func TestProxyAnswers(t *testing.T) {
	noLeaks(t)
	for _, answer := range []string{
		"HTTP/1.0 200 OK\r\n\r\n",
		"HTTP/1.1 200\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 \r\nX: y\r\n\r\n",
	} {
		s := listen(t, func(nc net.Conn) {
			proxyAnswer(answer)(nc)
			echo(nc)
		})
		o := &client.Options{Proxy: fixed("http://proxy.test"), DialContext: to(s)}
		c, _, err := client.Dial(t.Context(), "ws://server.test", o)
		if err != nil {
			t.Fatal(err)
		}
		talk(t, c)
	}
}

// A proxy function gets a request as HTTP would have it, without a secret; what it says goes.
// What a Proxy cannot parse may have a password, which no error quotes.
func TestProxyFuncErrorHasNoPassword(t *testing.T) {
	malformed := "http://user:s3cret@%zz"
	o := &client.Options{Proxy: func(*http.Request) (*url.URL, error) { return url.Parse(malformed) }}
	_, _, err := client.Dial(t.Context(), "ws://server.test/", o)
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Error(err)
	}
}

func TestProxyFunc(t *testing.T) {
	noLeaks(t)
	s := listen(t, echo)
	var got []string
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "mine")
	o := &client.Options{DialContext: to(s), Proxy: func(r *http.Request) (*url.URL, error) {
		got = append(got, r.URL.String(), r.Host, fmt.Sprintf("%v %v", r.Context().Value(key{}), r.Header))
		r.URL.Host = "changed.test" // it is a copy
		return nil, nil
	}}
	c, resp, err := client.Dial(ctx, "WS://bob:secret@Server.test:81/chat?room=1", o)
	if err != nil {
		t.Fatal(err)
	}
	talk(t, c)
	want := []string{
		"http://server.test:81/chat?room=1", "server.test:81", "mine map[Connection:[Upgrade] Upgrade:[websocket]]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if resp.Request.URL.Host != "server.test:81" {
		t.Errorf("the request went to %v", resp.Request.URL)
	}

	got = nil
	dialFails(t, "wss://server.test", &client.Options{Proxy: o.Proxy, DialContext: stopped}, client.StageConnect, "stopped")
	if got[0] != "https://server.test" {
		t.Errorf("for wss it got %s", got[0])
	}

	o.Proxy = func(*http.Request) (*url.URL, error) { return nil, errors.New("no idea") }
	dialFails(t, "ws://server.test", o, client.StageProxy, "no idea")
}

// stopped is a DialContext that connects nothing.
func stopped(_ context.Context, _, address string) (net.Conn, error) {
	return nil, errors.New("dialed " + address + ", stopped")
}

// What net/http has for its own proxies serves here too, and a proxy from it is used.
func TestProxyOfHTTP(t *testing.T) {
	noLeaks(t)
	p := newProxy(listen(t, echo), "", "")
	proxy, err := url.Parse("http://" + listen(t, p.connect).addr)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := client.Dial(t.Context(), "ws://server.test", &client.Options{Proxy: http.ProxyURL(proxy)})
	if err != nil {
		t.Fatal(err)
	}
	talk(t, c)
	wantAsked(t, <-p.asked, "http", "ws://server.test")
}

// The environment says which proxy to take; the one for HTTPS goes first.
//
//rfc:6455-4.1-9 6455-4.1-10
func TestProxyEnvironment(t *testing.T) {
	noLeaks(t)
	const h, s, direct = "dialed h.test:80", "dialed s.test:443", "dialed server.test:80"
	for name, test := range map[string]struct {
		env, url, want string
		proxy          func(*http.Request) (*url.URL, error)
	}{
		"none":              {"", "ws://server.test/", direct, nil},
		"both for ws":       {"HTTP_PROXY=http://h.test HTTPS_PROXY=https://s.test", "ws://server.test/", s, nil},
		"both for wss":      {"HTTP_PROXY=http://h.test HTTPS_PROXY=https://s.test", "wss://server.test/", s, nil},
		"HTTP for ws":       {"HTTP_PROXY=http://h.test", "ws://server.test/", h, nil},
		"HTTP for wss":      {"HTTP_PROXY=http://h.test", "wss://server.test/", "dialed server.test:443", nil},
		"SOCKS":             {"HTTPS_PROXY=socks5://s.test", "ws://server.test/", "dialed s.test:1080", nil},
		"no scheme":         {"HTTPS_PROXY=s.test:3128", "ws://server.test/", "dialed s.test:3128", nil},
		"NO_PROXY":          {"HTTP_PROXY=http://h.test NO_PROXY=other.test,.test", "ws://server.test/", direct, nil},
		"NO_PROXY for port": {"HTTP_PROXY=http://h.test NO_PROXY=server.test:80", "ws://server.test/", direct, nil},
		"other port":        {"HTTP_PROXY=http://h.test NO_PROXY=server.test:443", "ws://server.test/", h, nil},
		"localhost":         {"HTTP_PROXY=http://h.test", "ws://localhost/", "dialed localhost:80", nil},
		"NoProxy":           {"HTTP_PROXY=http://h.test", "ws://server.test/", direct, client.NoProxy},
		"ALL_PROXY":         {"ALL_PROXY=socks5://s.test", "ws://server.test/", "dialed s.test:1080", nil},
		"all_proxy for wss": {"all_proxy=socks5://s.test", "wss://server.test/", "dialed s.test:1080", nil},
		"HTTP and ALL":      {"HTTP_PROXY=http://h.test ALL_PROXY=http://s.test:443", "ws://server.test/", h, nil},
		"HTTPS and ALL":     {"HTTPS_PROXY=http://h.test:80 ALL_PROXY=http://s.test:443", "wss://server.test/", h, nil},
		"ALL for wss":       {"HTTP_PROXY=http://h.test ALL_PROXY=http://s.test:443", "wss://server.test/", s, nil},
		"ALL and NO_PROXY":  {"ALL_PROXY=http://s.test NO_PROXY=.test", "ws://server.test/", direct, nil},
		"ALL for localhost": {"ALL_PROXY=http://s.test", "ws://localhost/", "dialed localhost:80", nil},
		"NoProxy and ALL":   {"ALL_PROXY=http://s.test", "ws://server.test/", direct, client.NoProxy},
		"CGI":               {"REQUEST_METHOD=GET HTTP_PROXY=h.test", "ws://server.test/", "golang.org/s/cgihttpproxy", nil},
	} {
		t.Run(name, func(t *testing.T) {
			for setting := range strings.FieldsSeq(test.env) {
				name, value, _ := strings.Cut(setting, "=")
				t.Setenv(name, value)
			}
			o := &client.Options{Proxy: test.proxy}
			o.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
				return nil, errors.New("dialed " + address)
			}
			_, _, err := client.Dial(t.Context(), test.url, o)
			if err == nil || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

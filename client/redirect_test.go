package client_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// site stands for all hosts of a test: the one that a request is for is known by what was dialed.
type site struct {
	secure    *tls.Config
	redirects map[string]string // from "address/path" to an answer

	mu       sync.Mutex
	requests []*http.Request       // in their order, dials going one by one
	clients  []tls.ConnectionState // of those over TLS
}

func (s *site) note(r *http.Request, t *tls.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r != nil {
		s.requests = append(s.requests, r)
	} else {
		s.clients = append(s.clients, t.ConnectionState())
	}
}

// seen returns all requests and TLS connections so far.
func (s *site) seen() ([]*http.Request, []tls.ConnectionState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests, s.clients
}

// options leads all dials to the site; port 443 speaks TLS.
func (s *site) options() *client.Options {
	o := &client.Options{TLSConfig: &tls.Config{RootCAs: trusted}}
	o.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
		// A TCP connection and not a Pipe, whose writes wait for the other side to read.
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer ln.Close()
		nc, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			return nil, err
		}
		server, err := ln.Accept()
		go s.serve(server, address)
		return nc, err
	}
	return o
}

// anywhere are options with which all redirects are followed.
func (s *site) anywhere() *client.Options {
	o := s.options()
	o.CheckRedirect = anywhere
	return o
}

func anywhere(*http.Request, []*http.Request) error { return nil }

func (s *site) serve(nc net.Conn, address string) {
	defer nc.Close()
	if strings.HasSuffix(address, ":443") {
		t := tls.Server(nc, s.secure)
		if t.Handshake() != nil {
			return
		}
		s.note(nil, t)
		nc = t
	}
	r, _ := readRequest(nc)
	if r == nil {
		return
	}
	s.note(r, nil)
	if answer := s.redirects[address+r.URL.Path]; answer != "" {
		io.WriteString(nc, answer)
		return
	}
	echoTo(nc, r, nil)
}

func redirect(status int, location string) string {
	return fmt.Sprintf("HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nSet-Cookie: at=%d\r\nContent-Length: 4\r\n\r\nbody",
		status, location, status)
}

// Redirects lead where HTTP says, the schemes of HTTP standing for those of WebSocket.
//
//rfc:6455-4.1-37
func TestRedirect(t *testing.T) {
	noLeaks(t)
	const from = "ws://a.test/x/y?q"
	for name, test := range map[string]struct {
		status         int
		location, want string
	}{
		"301":           {301, "ws://b.test/z", "ws://b.test/z"},
		"302":           {302, "ws://b.test/z", "ws://b.test/z"},
		"303":           {303, "ws://b.test/z", "ws://b.test/z"},
		"307":           {307, "ws://b.test/z", "ws://b.test/z"},
		"308":           {308, "ws://b.test/z", "ws://b.test/z"},
		"http":          {302, "http://b.test:81/z", "ws://b.test:81/z"},
		"https":         {302, "https://server.test/z", "wss://server.test/z"},
		"wss":           {302, "WSS://Server.test/z", "wss://server.test/z"},
		"path":          {302, "/z?r", "ws://a.test/z?r"},
		"relative":      {302, "../z", "ws://a.test/z"},
		"query":         {302, "z?r", "ws://a.test/x/z?r"},
		"no scheme":     {302, "//b.test", "ws://b.test"},
		"fragment":      {302, "/z#f", "ws://a.test/z"},
		"not ASCII":     {302, "/ü", "ws://a.test/%C3%BC"},
		"encoded slash": {302, "/a%2Fb", "ws://a.test/a%2Fb"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &site{secure: serverTLS(), redirects: map[string]string{
				"a.test:80/x/y": redirect(test.status, test.location),
			}}
			c, resp, err := client.Dial(t.Context(), from, s.anywhere())
			if err != nil {
				t.Fatal(err)
			}
			talk(t, c)
			if got := resp.Request.URL.String(); got != test.want {
				t.Errorf("led to %s, want %s", got, test.want)
			}
			requests, _ := s.seen()
			if requests[0].Header.Get("Sec-WebSocket-Key") == requests[1].Header.Get("Sec-WebSocket-Key") {
				t.Error("both requests have the same key")
			}
		})
	}
}

// Some answers are no redirects, and some redirects are not followed, least of all out of TLS.
//
//rfc:6455-10.6-2
func TestRedirectNotFollowed(t *testing.T) {
	noLeaks(t)
	for name, test := range map[string]struct {
		from, answer string
		stage        client.Stage
		text         string
		status, dial int
		o            client.Options
	}{
		"300":         {answer: redirect(300, "/z"), stage: client.StageHandshake, text: "answered 300", status: 300},
		"304":         {answer: redirect(304, "/z"), stage: client.StageHandshake, text: "answered 304", status: 304},
		"305":         {answer: redirect(305, "/z"), stage: client.StageHandshake, text: "answered 305", status: 305},
		"no Location": {answer: "HTTP/1.1 302 \r\n\r\n", stage: client.StageHandshake, text: "answered 302", status: 302},
		"none wanted": {answer: redirect(302, "/z"), stage: client.StageHandshake, text: "answered 302", status: 302,
			o: client.Options{MaxRedirects: -1}},
		"out of TLS": {from: "wss://server.test", answer: redirect(301, "http://server.test/secret"),
			stage: client.StageRedirect, text: "from wss to ws", status: 301},
		"userinfo": {answer: redirect(301, "ws://u:secret@b.test"),
			stage: client.StageRedirect, text: "userinfo", status: 301},
		"userinfo of its own": {answer: redirect(301, "//u:secret@a.test/"),
			stage: client.StageRedirect, text: "userinfo", status: 301},
		"other scheme": {answer: redirect(301, "ftp://b.test/secret"),
			stage: client.StageRedirect, text: "neither ws nor wss", status: 301},
		"no URI": {answer: redirect(301, "http://[secret"), stage: client.StageRedirect, text: "is no URI", status: 301},
		"loop": {answer: redirect(307, "/"), stage: client.StageRedirect,
			text: "more than 5 redirects, Options.MaxRedirects", status: 307, dial: 6},
		"long loop": {answer: redirect(307, "/"), stage: client.StageRedirect,
			text: "more than 20 redirects", status: 307, dial: 21, o: client.Options{MaxRedirects: 20}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &site{secure: serverTLS(), redirects: map[string]string{
				"a.test:80/": test.answer, "server.test:443/": test.answer,
			}}
			o := s.options()
			o.MaxRedirects = test.o.MaxRedirects
			resp, e := dialFails(t, max(test.from, "ws://a.test"), o, test.stage, test.text)
			var he *handshake.Error
			if !errors.As(e, &he) || he.Status != test.status || resp.StatusCode != test.status {
				t.Errorf("error %v, status %d", e, resp.StatusCode)
			}
			if strings.Contains(e.Error(), "secret") {
				t.Errorf("the error repeats a secret: %v", e)
			}
			if requests, _ := s.seen(); len(requests) != max(test.dial, 1) {
				t.Errorf("%d requests", len(requests))
			}
		})
	}
}

// Another origin, be it another scheme, host or port, gets nothing of the caller's header, only what the jar has
// for it; and the first one does not get it back.
func TestRedirectToOtherOrigin(t *testing.T) {
	noLeaks(t)
	for _, other := range []string{"ws://b.test/", "ws://a.test:81/", "wss://server.test/", "ws://sub.a.test/"} {
		u, _ := url.Parse(other)
		address := handshake.HostPort(u)
		s := &site{secure: serverTLS(), redirects: map[string]string{
			"a.test:80/":       redirect(301, "/same"),
			"a.test:80/same":   redirect(302, other),
			address + "/":      redirect(303, "/again"),
			address + "/again": redirect(307, "//a.test/back"),
			"a.test:80/back":   redirect(308, "/end"),
		}}
		if u.Scheme == "wss" {
			s.redirects[address+"/again"] = "" // there is no way back
		}
		o := s.anywhere()
		o.Header = http.Header{
			"Authorization": {"Bearer x"}, "X-Api-Key": {"y"}, "Cookie": {"own=1"}, "Host": {"virtual.test"},
		}
		o.Jar, _ = cookiejar.New(nil)
		o.Origin = "https://example.com"
		o.Subprotocols = []string{"base64url.bearer.x"}
		c, _, err := client.Dial(t.Context(), "ws://a.test/", o)
		if err != nil {
			t.Fatal(err)
		}
		talk(t, c)
		requests, _ := s.seen()
		var got []string
		for _, r := range requests {
			got = append(got, fmt.Sprintf("%s%s %s%s%s %s %s", r.Host, r.URL.Path, r.Header.Get("Authorization"),
				r.Header.Get("X-Api-Key"), r.Header["Sec-Websocket-Protocol"], r.Header.Get("Cookie"), r.Header.Get("Origin")))
		}
		want := []string{
			"virtual.test/ Bearer xy[base64url.bearer.x] own=1 https://example.com",
			"virtual.test/same Bearer xy[base64url.bearer.x] own=1; at=301 https://example.com",
			u.Host + "/ [] " + jarred(u, "302") + " null",
			u.Host + "/again [] at=303 null",
			"a.test/back [] " + jarred(u, "307") + " null",
			"a.test/end [] at=308 null",
		}
		if u.Scheme == "wss" {
			want = want[:4]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", other, diff)
		}
		if o.Header.Get("Authorization") == "" {
			t.Error("the caller's header has changed")
		}
	}
}

// jarred is what the jar has at a's or another's, after a redirect with the status: cookies know no ports.
func jarred(other *url.URL, status string) string {
	switch {
	case other.Hostname() == "a.test":
		return "at=" + status
	case status == "302":
		return ""
	}
	return "at=302"
}

// The caller's client certificate and server name are for the first origin.
func TestRedirectWithClientCertificate(t *testing.T) {
	noLeaks(t)
	s := &site{secure: serverTLS(), redirects: map[string]string{
		"a.test:443/":     redirect(301, "/same"),
		"a.test:443/same": redirect(301, "wss://server.test/"),
	}}
	s.secure.ClientAuth = tls.RequestClientCert
	o := s.anywhere()
	o.TLSConfig.ServerName = "proxy.test"
	o.TLSConfig.Certificates = []tls.Certificate{certificate}
	c, _, err := client.Dial(t.Context(), "wss://a.test/", o)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context(), websocket.CloseNormal, ""); err != nil {
		t.Fatal(err)
	}
	_, clients := s.seen()
	var got []string
	for _, state := range clients {
		got = append(got, fmt.Sprintf("%s %d", state.ServerName, len(state.PeerCertificates)))
	}
	if diff := cmp.Diff([]string{"proxy.test 1", "proxy.test 1", "server.test 0"}, got); diff != "" {
		t.Error(diff)
	}
}

// By itself Dial follows redirects within an origin, and from ws to wss of a host that has its default ports, with
// all that the caller wants to send. That others could be followed is told.
//
//rfc:6455-4.1-37
func TestRedirectByDefault(t *testing.T) {
	noLeaks(t)
	for name, test := range map[string]struct {
		from, to string
		follow   bool
	}{
		"path":                {"ws://server.test/x", "/y", true},
		"default port":        {"ws://server.test/x", "http://SERVER.test:80/y", true},
		"to TLS":              {"ws://server.test/x", "https://server.test/y", true},
		"to TLS with port":    {"ws://server.test:80/x", "wss://server.test:443/y", true},
		"to TLS, other port":  {"ws://server.test:81/x", "wss://server.test/y", false},
		"to TLS at a port":    {"ws://server.test/x", "wss://server.test:444/y", false},
		"to TLS of the other": {"ws://a.test/x", "wss://server.test/y", false},
		"other host":          {"ws://server.test/x", "ws://b.test/y", false},
		"other port":          {"ws://server.test/x", "ws://server.test:81/y", false},
		"subdomain":           {"ws://server.test/x", "ws://sub.server.test/y", false},
	} {
		t.Run(name, func(t *testing.T) {
			from, _ := url.Parse(test.from)
			s := &site{secure: serverTLS(), redirects: map[string]string{
				handshake.HostPort(from) + "/x": redirect(302, test.to),
			}}
			o := s.options()
			o.Header = http.Header{"X-Api-Key": {"y"}}
			if !test.follow {
				resp, _ := dialFails(t, test.from, o, client.StageRedirect, "another origin, which Options.CheckRedirect")
				if requests, _ := s.seen(); len(requests) != 1 || resp.StatusCode != 302 {
					t.Errorf("%d requests, status %d", len(requests), resp.StatusCode)
				}
				return
			}
			c, _, err := client.Dial(t.Context(), strings.Replace(test.from, "://", "://bob:secret@", 1), o)
			if err != nil {
				t.Fatal(err)
			}
			talk(t, c)
			requests, _ := s.seen()
			user, _, _ := requests[1].BasicAuth()
			if last := requests[1]; user != "bob" || last.Header.Get("X-Api-Key") != "y" || last.URL.Path != "/y" {
				t.Errorf("%s with %v", last.URL, last.Header)
			}
		})
	}
}

// CheckRedirect decides as that of net/http does: it gets what is to come and what there was, without secrets.
func TestCheckRedirect(t *testing.T) {
	noLeaks(t)
	s := &site{redirects: map[string]string{
		"a.test:80/":  redirect(301, "/x"),
		"a.test:80/x": redirect(302, "ws://b.test/y"),
	}}
	no := errors.New("no")
	for name, verdict := range map[string]error{"yes": nil, "no": no, "stop": http.ErrUseLastResponse} {
		t.Run(name, func(t *testing.T) {
			o := s.options()
			var asked []string
			o.CheckRedirect = func(next *http.Request, via []*http.Request) error {
				for _, r := range append(via, next) {
					asked = append(asked, r.URL.String())
				}
				asked = append(asked, fmt.Sprint(next.Response.StatusCode, next.Header))
				next.URL.Host = "changed.test" // it is a copy
				if len(via) == 2 {
					return verdict
				}
				return nil
			}
			c, resp, err := client.Dial(t.Context(), "ws://bob:secret@a.test/", o)
			switch {
			case verdict == nil:
				if err != nil {
					t.Fatal(err)
				}
				talk(t, c)
			case verdict == no:
				wantEnd(t, err, client.StageRedirect, no)
			default:
				refused(t, err, 302)
			}
			if verdict != nil && readAll(t, resp) != "body" {
				t.Error("the response has no body")
			}
			want := []string{
				"ws://a.test/", "ws://a.test/x", "301 map[]", "ws://a.test/", "ws://a.test/x", "ws://b.test/y", "302 map[]",
			}
			if diff := cmp.Diff(want, asked); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What CheckRedirect allows gets no credentials of a URL, and says so about the program only what it likes.
func TestUserinfoAfterRedirect(t *testing.T) {
	noLeaks(t)
	for agent, want := range map[string]string{"mine": "Go-rfc6455/1", "": ""} {
		s := &site{redirects: map[string]string{"a.test:80/": redirect(301, "ws://b.test/")}}
		o := s.anywhere()
		o.Header = http.Header{"User-Agent": {agent}, "Origin": {"https://example.com"}}
		c, _, err := client.Dial(t.Context(), "ws://bob:secret@a.test/", o)
		if err != nil {
			t.Fatal(err)
		}
		talk(t, c)
		requests, _ := s.seen()
		for i, r := range requests {
			_, _, ok := r.BasicAuth()
			if ok != (i == 0) || i == 1 && (r.UserAgent() != want || r.Header.Get("Origin") != "null") {
				t.Errorf("request %d: %v", i, r.Header)
			}
		}
	}
}

package client_test

import (
	"crypto/tls"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
)

// The schemes of HTTP stand for those of WebSocket, whatever their case. Everything after that is as with these.
func TestHTTPSchemes(t *testing.T) {
	noLeaks(t)
	plain, secure := listen(t, echo), listen(t, overTLS(serverTLS(), echo))
	for url, want := range map[string]string{
		"http://" + plain.addr + "/chat?x":  "ws://" + plain.addr + "/chat?x",
		"HTTPS://" + secure.addr + "/chat?": "wss://" + secure.addr + "/chat?",
		"ws://" + plain.addr:                "ws://" + plain.addr,
	} {
		c, resp, err := client.Dial(t.Context(), url, &client.Options{TLSConfig: &tls.Config{RootCAs: trusted}})
		if err != nil {
			t.Fatal(err)
		}
		talk(t, c)
		if got := resp.Request.URL.String(); got != want {
			t.Errorf("%s led to %s", url, got)
		}
	}
	nc, err := net.Dial("tcp", plain.addr)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := client.NewConn(t.Context(), nc, "http://server.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	talk(t, c)
}

// A user and a password in the URL are sent as net/http does, unless the header has credentials, and show nowhere
// else.
//
//rfc:6455-4.1-35
func TestUserinfo(t *testing.T) {
	noLeaks(t)
	requests := make(chan *http.Request, 1)
	s := listen(t, func(nc net.Conn) {
		r, _ := readRequest(nc)
		requests <- r
	})
	own := http.Header{"authorization": {"Bearer x"}}
	for _, test := range []struct {
		userinfo       string
		header         http.Header
		user, password string // "" for none
	}{
		{"", nil, "", ""},
		{"bob@", nil, "bob", ""},
		{"bob:secret@", nil, "bob", "secret"},
		{"b%40b:s%2Fecret%20@", nil, "b@b", "s/ecret "},
		{"bob:sec:ret@", nil, "bob", "sec:ret"},
		{"bob:secret@", own, "", ""},
	} {
		o := &client.Options{Header: test.header}
		_, e := dialFails(t, "ws://"+test.userinfo+s.addr+"/a@b?c@d", o, client.StageHandshake, "unexpected EOF")
		r := <-requests
		user, password, _ := r.BasicAuth()
		if user != test.user || password != test.password || r.RequestURI != "/a@b?c@d" || r.Host != s.addr {
			t.Errorf("%s: sent %q, %q to %s%s", test.userinfo, user, password, r.Host, r.RequestURI)
		}
		if test.header != nil && r.Header.Get("Authorization") != "Bearer x" {
			t.Errorf("the header's own credentials became %q", r.Header["Authorization"])
		}
		if strings.Contains(e.Error(), "bob") || strings.Contains(e.Error(), "ret") {
			t.Errorf("the error repeats a secret: %v", e)
		}
	}
}

// A Reconnecting takes the same URLs.
func TestReconnectUserinfo(t *testing.T) {
	noLeaks(t)
	users := make(chan string, 1)
	s := listen(t, func(nc net.Conn) {
		r, _ := readRequest(nc)
		user, _, _ := r.BasicAuth()
		users <- user
	})
	r, err := client.NewReconnecting("http://bob:secret@"+s.addr, &client.ReconnectOptions{
		OnState: func(s client.State) {
			if strings.Contains(s.String(), "bob") {
				t.Errorf("the state repeats a secret: %v", s)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(t.Context(), 1000, "")
	want(t, users, "bob")
}

package client_test

import (
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed372fb791/rfc6455/client"
)

// Cookies of a refusal and of a 101 are for the caller and the jar, which gives them to the next dial.
//
//rfc:6455-4.1-35 6455-4.1-51
func TestCookies(t *testing.T) {
	noLeaks(t)
	sent := make(chan []string, 3)
	s := listen(t, func(nc net.Conn) {
		r, _ := readRequest(nc)
		sent <- r.Header["Cookie"]
		if _, err := r.Cookie("session"); err != nil {
			io.WriteString(nc, "HTTP/1.1 403 \r\nSet-Cookie: session=1\r\nContent-Length: 0\r\n\r\n")
			return
		}
		echoTo(nc, r, http.Header{"Set-Cookie": {"seen=2"}})
	})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	o := &client.Options{Jar: jar, Header: http.Header{"Cookie": {"own=0"}}}

	resp, _ := dialFails(t, "ws://"+s.addr, o, client.StageHandshake, "403")
	wantCookies(t, resp.Cookies(), "session")
	for range 2 {
		c, resp, err := client.Dial(t.Context(), "ws://"+s.addr, o)
		if err != nil {
			t.Fatal(err)
		}
		wantCookies(t, resp.Cookies(), "seen")
		talk(t, c)
	}
	wantCookies(t, jar.Cookies(&url.URL{Scheme: "http", Host: s.addr}), "session", "seen")

	want := [][]string{{"own=0"}, {"own=0; session=1"}, {"own=0; session=1; seen=2"}}
	if diff := cmp.Diff(want, [][]string{<-sent, <-sent, <-sent}); diff != "" {
		t.Error(diff)
	}
}

func wantCookies(t *testing.T, cookies []*http.Cookie, names ...string) {
	t.Helper()
	var got []string
	for _, c := range cookies {
		got = append(got, c.Name)
	}
	if diff := cmp.Diff(names, got); diff != "" {
		t.Errorf("cookies: %s", diff)
	}
}

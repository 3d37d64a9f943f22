package client_test

import (
	"net"
	"net/http"
	"slices"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
)

// Every request says which program it comes from, unless the caller does not want that.
//
//rfc:6455-4.1-35
func TestUserAgent(t *testing.T) {
	noLeaks(t)
	sent := make(chan []string, 2)
	s := listen(t, func(nc net.Conn) {
		r, _ := readRequest(nc)
		sent <- r.Header["User-Agent"]
	})
	for _, test := range []struct {
		header http.Header
		want   []string
	}{
		{nil, []string{"Go-rfc6455/1"}},
		{http.Header{"X": {"y"}}, []string{"Go-rfc6455/1"}},
		{http.Header{"User-Agent": {"mine/2"}}, []string{"mine/2"}},
		{http.Header{"user-agent": {"mine/2"}}, []string{"mine/2"}},
		{http.Header{"User-Agent": {""}}, nil},
		{http.Header{"user-agent": nil}, nil},
	} {
		dialFails(t, "ws://"+s.addr, &client.Options{Header: test.header}, client.StageHandshake, "unexpected EOF")
		if got := <-sent; !slices.Equal(got, test.want) {
			t.Errorf("with %v it is %q, want %q", test.header, got, test.want)
		}
	}
}

// Fields that other options decide about are refused with the name of the option.
//
//rfc:6455-4.1-18
func TestMisplacedFields(t *testing.T) {
	for field, option := range map[string]string{
		"Sec-WebSocket-Protocol": "Options.Subprotocols", "sec-websocket-protocol": "Options.Subprotocols",
		"Sec-Websocket-Extensions": "Options.Compression",
	} {
		o := &client.Options{Header: http.Header{field: {"chat"}}, DialContext: stopped}
		_, e := dialFails(t, "ws://server.test", o, client.StageURL, option)
		wantRule(t, e, "6455-4.1-18")
	}
}

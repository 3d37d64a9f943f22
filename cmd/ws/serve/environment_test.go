package serve

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a client chooses never stands for something else.
func TestEnvironment(t *testing.T) {
	r := &http.Request{
		RemoteAddr: "[2001:db8::1]:5", Host: "example.com", RequestURI: "/a?b", URL: &url.URL{Path: "/a", RawQuery: "b"},
		TLS: new(tls.ConnectionState),
		Header: http.Header{
			"Origin": {"https://example.com"}, "Cookie": {"a=1", "b=2"}, "X-Two": {"1", "2"},
			"Proxy": {"http://evil"}, "X_forwarded_for": {"evil"}, "X()": {"evil"},
		},
	}
	own := []string{"HOME=/home", "HTTP_COOKIE=stale", "HTTP_PROXY=http://proxy", "HTTPS=stale", "HTTPS_PROXY=http://proxy"}
	want := []string{
		"HOME=/home", "HTTPS=on", "HTTPS_PROXY=http://proxy", "HTTP_COOKIE=a=1; b=2", "HTTP_HOST=example.com",
		"HTTP_ORIGIN=https://example.com", "HTTP_PROXY=http://proxy", "HTTP_X_TWO=1, 2", "PATH_INFO=/a", "QUERY_STRING=b",
		"REMOTE_ADDR=2001:db8::1", "REMOTE_PORT=5", "REQUEST_URI=/a?b", "WS_SUBPROTOCOL=",
	}
	got := environment(own, r, "")
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if own[1] != "HTTP_COOKIE=stale" {
		t.Error("the variables of ws itself were changed")
	}
}

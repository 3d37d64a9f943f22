package client

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
)

// parseTarget reads what a caller takes for the URL of a server: a WebSocket URI or, as in browsers, an http or
// https URL that stands for one, and the userinfo in it, nil for none. Errors do not repeat the URL.
func parseTarget(s string) (*url.URL, *url.Userinfo, error) {
	scheme, rest, found := strings.Cut(s, "://")
	if !found {
		u, err := handshake.ParseURL(s)
		return u, nil, err
	}
	userinfo, rest := cutUserinfo(rest)
	u, err := handshake.ParseURL(socketScheme(scheme) + "://" + rest)
	if err != nil || userinfo == "" {
		return u, nil, err
	}
	user, err := url.Parse("//" + userinfo + "host")
	if err != nil || strings.Contains(user.User.Username(), ":") {
		return nil, nil, &handshake.Error{Rule: "6455-3-2", Text: "the URI's userinfo is malformed"}
	}
	return u, user.User, nil
}

// socketScheme returns the scheme of WebSocket for one of HTTP, and any other as it is.
func socketScheme(scheme string) string {
	switch strings.ToLower(scheme) {
	case "http":
		return "ws"
	case "https":
		return "wss"
	}
	return scheme
}

// cutUserinfo takes the userinfo, with the @ behind it, away from the beginning of an authority and what follows.
func cutUserinfo(s string) (userinfo, rest string) {
	authority := s
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		authority = s[:i]
	}
	i := strings.LastIndexByte(authority, '@') + 1
	return s[:i], s[i:]
}

// withUser returns h, which it may change, with user's credentials (RFC 7617), unless it has some.
func withUser(h http.Header, user *url.Userinfo) http.Header {
	if _, has := fieldIn(h, "Authorization"); user == nil || has {
		return h
	}
	r := http.Request{Header: h}
	password, _ := user.Password()
	r.SetBasicAuth(user.Username(), password)
	return h
}

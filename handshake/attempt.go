package handshake

import "net/http"

// IsAttempt reports whether r was meant as an opening handshake, though it may not be one any more: it carries a
// Sec-WebSocket-Key or Sec-WebSocket-Version, which no request for a page does. They are what is left after a proxy
// that passes neither Upgrade nor Connection on, since these belong to one connection only (RFC 9110, section 7.6.1).
func IsAttempt(r *http.Request) bool {
	return len(r.Header[fieldKey]) > 0 || len(r.Header[fieldVersion]) > 0
}

// likelyCause says why an attempt has come without what an upgrade needs, "" for other requests. It is the proxy's
// own affair, whose operator may see no more than the refusal.
func likelyCause(r *http.Request) string {
	if !IsAttempt(r) {
		return ""
	}
	return "; a proxy has to pass Upgrade and Connection on (nginx: proxy_http_version 1.1; " +
		`proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";)`
}

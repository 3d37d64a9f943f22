package server

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
)

// checkOrigin refuses what a page of a foreign site has asked for. A missing Origin means that there is no
// browser, hence no page.
//
//rfc:6455-4.2.1-12 6455-4.2.1-13 6455-4.2.2-5 6455-4.2.2-6 6455-4.2.2-7 6455-10.2-1 6455-10.2-2
func (o *Options) checkOrigin(r *http.Request, allowed []originPattern) error {
	sent := r.Header["Origin"]
	if len(sent) == 0 {
		return nil
	}
	secure, err := o.isSecure(r)
	if err != nil {
		return err
	}
	origin := normalOrigin(sent[0])
	own := handshake.SameOrigin(origin, "https", r.Host) || !secure && handshake.SameOrigin(origin, "http", r.Host)
	if own || slices.ContainsFunc(allowed, func(p originPattern) bool { return p.allows(origin) }) {
		return nil
	}
	return &originError{sent[0], r.Host}
}

// isSecure reports whether clients reach the server by TLS for certain: an http page of the same host is then a
// foreign one. A server that itself sees plain HTTP does not know.
func (o *Options) isSecure(r *http.Request) (bool, error) {
	scheme := ""
	if o.Scheme != nil {
		scheme = o.Scheme(r)
	}
	switch strings.ToLower(scheme) {
	case "":
		return r.TLS != nil, nil
	case "https", "wss":
		return true, nil
	case "http", "ws":
		return false, nil
	}
	return false, &handshake.Error{
		Status: http.StatusInternalServerError,
		Text:   "Options.Scheme has returned " + strconv.Quote(scheme) + ", not http or https",
	}
}

// normalOrigin returns an origin, or a pattern of some, as browsers spell it: programs send the scheme of their
// URL, or a slash at the end.
func normalOrigin(s string) string {
	scheme, rest, _ := strings.Cut(s, "://")
	switch strings.ToLower(scheme) {
	case "ws":
		s = "http://" + rest
	case "wss":
		s = "https://" + rest
	}
	return strings.TrimSuffix(s, "/")
}

// errOrigin is what the peer is told. It names the likely cause, which is its own proxy's business.
var errOrigin = &handshake.Error{
	Status: http.StatusForbidden,
	Rule:   "6455-10.2-2",
	Text: "Origin is neither the server's own, which is that of Host, nor one of Options.Origins; " +
		"a proxy has to pass Host on (nginx: proxy_set_header Host $http_host)",
}

// originError is errOrigin with what the request says, for Options.OnError only.
type originError struct{ origin, host string }

func (e *originError) Error() string {
	return fmt.Sprintf("%v (Origin %.100q, Host %.100q)", errOrigin, e.origin, e.host)
}

func (e *originError) Unwrap() error { return errOrigin }

// originPattern is an element of Options.Origins.
type originPattern struct {
	all          bool
	scheme, host string
	subdomains   bool   // host begins with the dot after the "*"
	port         string // with the colon before it, "" for the default, ":*" for any
}

// parseOrigins returns the patterns, or which one is malformed.
func (o *Options) parseOrigins() (parsed []originPattern, err error) {
	for _, s := range o.Origins {
		p, ok := parseOriginPattern(normalOrigin(s))
		if !ok {
			return nil, &handshake.Error{
				Status: http.StatusInternalServerError,
				Rule:   "6455-10.2-1",
				Text:   "Options.Origins has a malformed pattern, " + strconv.Quote(s),
			}
		}
		parsed = append(parsed, p)
	}
	return parsed, nil
}

func parseOriginPattern(s string) (p originPattern, ok bool) {
	if s == "*" {
		return originPattern{all: true}, true
	}
	scheme, rest, _ := strings.Cut(s, "://")
	p.scheme = scheme
	p.host, p.port = splitPort(rest)
	p.host, p.subdomains = cutStar(p.host)
	example := scheme + "://" + p.example()
	return p, scheme != "" && !strings.Contains(example, "*") && p.allows(example)
}

// cutStar takes the star off "*.example.com".
func cutStar(host string) (string, bool) {
	if strings.HasPrefix(host, "*.") && host != "*." {
		return host[1:], true
	}
	return host, false
}

// example returns a host and port that the pattern allows, if it is well formed.
func (p originPattern) example() string {
	host, port := p.host, p.port
	if p.subdomains {
		host = "x" + host
	}
	if port == ":*" {
		port = ""
	}
	return host + port
}

// allows reports whether origin matches: it puts in what the stars stand for and leaves the rest to
// SameOrigin, which refuses all that is no host.
func (p originPattern) allows(origin string) bool {
	if p.all {
		return true
	}
	_, rest, _ := strings.Cut(origin, "://")
	host, port := splitPort(rest)
	if n := len(host) - len(p.host); !p.subdomains {
		host = p.host
	} else if n <= 0 || !strings.EqualFold(host[n:], p.host) {
		return false
	}
	if p.port != ":*" {
		port = p.port
	}
	return handshake.SameOrigin(origin, p.scheme, host+port)
}

// splitPort takes ":port" off the end of an authority. Colons in brackets are part of an IPv6 address.
func splitPort(s string) (host, port string) {
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		return s[:i], s[i:]
	}
	return s, ""
}

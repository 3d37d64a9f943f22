package server

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
)

// checkOrigin refuses what a page of a foreign site has asked for. A missing Origin means that there is no
// browser, hence no page.
//
//rfc:6455-4.2.1-12 6455-4.2.1-13 6455-4.2.2-5 6455-4.2.2-6 6455-4.2.2-7 6455-10.2-1 6455-10.2-2
func checkOrigin(r *http.Request, allowed origins) error {
	if allowed.err != nil {
		return allowed.err
	}
	origin := r.Header["Origin"]
	if len(origin) == 0 || handshake.SameOrigin(origin[0], scheme(r), r.Host) {
		return nil
	}
	for _, p := range allowed.patterns {
		if p.allows(origin[0]) {
			return nil
		}
	}
	return &handshake.Error{
		Status: http.StatusForbidden,
		Rule:   "6455-10.2-2",
		Text:   "Origin is neither the server's own nor one of Options.Origins",
	}
}

// scheme returns the scheme that the client has used as far as this server can tell.
func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// originPattern is an element of Options.Origins.
type originPattern struct {
	all          bool
	scheme, host string
	subdomains   bool   // host begins with the dot after the "*"
	port         string // with the colon before it, "" for the default, ":*" for any
}

// origins is Options.Origins when it has been parsed.
type origins struct {
	patterns []originPattern
	err      error // which one is malformed
}

func (o *Options) parseOrigins() (parsed origins) {
	for _, s := range o.Origins {
		p, ok := parseOriginPattern(s)
		if !ok {
			return origins{err: &handshake.Error{
				Status: http.StatusInternalServerError,
				Rule:   "6455-10.2-1",
				Text:   "Options.Origins has a malformed pattern, " + strconv.Quote(s),
			}}
		}
		parsed.patterns = append(parsed.patterns, p)
	}
	return parsed
}

// allowed returns s.Origins, which are parsed once.
func (s *Server) allowed() origins {
	s.parsing.Do(func() { s.origins = s.parseOrigins() })
	return s.origins
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

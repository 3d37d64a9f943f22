package broken

import (
	"encoding/base64"
	"slices"
	"strings"
)

// judge returns nil for a request that is accepted, or else the lines that
// refuse it. err is that of its head.
func (s *session) judge(h head, err error) (refusal []string) {
	method, rest, _ := strings.Cut(h.first, " ")
	target, version, _ := strings.Cut(rest, " ")
	keys, versions := s.values(h, "Sec-WebSocket-Key"), s.values(h, "Sec-WebSocket-Version")
	switch {
	case s.broken(badLine, err != nil || !goodTarget(target) || !strings.HasPrefix(version, "HTTP/")),
		s.broken(badMethod, method != "GET"),
		s.broken(noHost, !goodHost(s.values(h, "Host"))),
		s.broken(oddFields, s.odd(h)),
		s.broken(oddSubprotocols, !goodSubprotocols(s.list(s.values(h, "Sec-WebSocket-Protocol")))),
		s.broken(noKey, len(keys) == 0),
		s.broken(shortKey, len(keys) > 0 && !goodKey(keys[0])),
		s.broken(twoKeys, len(keys) > 1),
		s.broken(twoVersions, len(versions) > 1),
		s.wary(s, h):
		return refuse("400 Bad Request")
	case s.broken(oldVersion, version != "HTTP/1.1"):
		return refuse("505 HTTP Version Not Supported")
	case s.broken(noUpgrade, !s.has(h, "Upgrade", "websocket")),
		s.broken(noConnection, !s.has(h, "Connection", "upgrade")),
		s.broken(noVersion, len(versions) == 0),
		s.broken(otherVersion, len(versions) > 0 && !s.version(versions[0])):
		return append(refuse("426 Upgrade Required"), "Upgrade: websocket", "Sec-WebSocket-Version: 13")
	}
	return nil
}

func refuse(status string) []string {
	return []string{"HTTP/1.1 " + status, "Connection: close", "Content-Length: 0"}
}

func goodTarget(target string) bool {
	return !strings.Contains(target, "#") && (strings.HasPrefix(target, "/") ||
		strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://"))
}

func goodHost(values []string) bool {
	return len(values) == 1 && values[0] != "" && !strings.ContainsAny(values[0], " /@#?")
}

func goodKey(key string) bool {
	raw, err := base64.StdEncoding.Strict().DecodeString(key)
	return err == nil && len(raw) == 16
}

// goodSubprotocols reports whether they are names, each there once.
func goodSubprotocols(names []string) bool {
	for i, name := range names {
		if !token(name) || slices.Contains(names[:i], name) {
			return false
		}
	}
	return true
}

// odd reports whether other fields have values that no WebSocket client sends.
func (s *session) odd(h head) bool {
	_, ok := extensions(s.list(s.values(h, "Sec-WebSocket-Extensions")))
	length := first(s.values(h, "Content-Length"))
	return !ok || length != "" && length != "0" || len(s.values(h, "Transfer-Encoding")) > 0 ||
		len(s.values(h, "Origin")) > 1
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

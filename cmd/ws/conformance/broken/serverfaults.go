package broken

import (
	"encoding/base64"
	"slices"
	"strings"
)

var serverFaults = map[string]change{
	// What is taken.
	"upgrade-unchecked":      lax(noUpgrade),
	"connection-unchecked":   lax(noConnection),
	"key-of-15-bytes":        lax(shortKey),
	"key-missing-accepted":   lax(noKey),
	"two-keys-accepted":      lax(twoKeys),
	"version-unchecked":      lax(otherVersion),
	"version-missing":        lax(noVersion),
	"two-versions-accepted":  lax(twoVersions),
	"http-1.0-accepted":      lax(oldVersion),
	"post-accepted":          lax(badMethod),
	"host-unchecked":         lax(noHost),
	"odd-fields-accepted":    lax(oddFields),
	"subprotocols-unchecked": lax(oddSubprotocols),
	"version-by-its-digits": func(c *conduct) {
		c.version = func(value string) bool { return strings.Contains(value, "13") }
	},
	"requests-unchecked": lax(noUpgrade, noConnection, shortKey, noKey, twoKeys, otherVersion, noVersion, twoVersions,
		oldVersion, badMethod, noHost, badLine, oddFields, oddSubprotocols),
	"names-case-sensitive": func(c *conduct) { c.same = func(a, b string) bool { return a == b } },
	"lists-unsplit":        func(c *conduct) { c.list = func(values []string) []string { return values } },
	"first-field-only": func(c *conduct) {
		c.list = func(values []string) []string { return elements(values[:min(1, len(values))]) }
	},
	"origin-needed":           needs("Origin"),
	"subprotocol-needed":      needs("Sec-WebSocket-Protocol"),
	"absolute-target-refused": wary(func(_ *session, h head) bool { return !strings.HasPrefix(h.first, "GET /") }),
	"unknown-field-refused": wary(func(s *session, h head) bool {
		return slices.ContainsFunc(h.fields, func(f field) bool {
			return !strings.Contains(knownFields, lower(f.name)+" ")
		})
	}),
	"early-frames-dropped": func(c *conduct) { c.opened = func(s *session) { s.in.Discard(s.in.Buffered()) } },

	// What is answered.
	"status-200":          answersHandshake(replacing("101 Switching Protocols", "200 OK")),
	"status-101-http-1.0": answersHandshake(replacing("HTTP/1.1", "HTTP/1.0")),
	"accept-wrong":        answersHandshake(sets("Sec-WebSocket-Accept", accept("another key"))),
	"accept-of-decoded-key": answersAccept(func(key string) string {
		raw, _ := base64.StdEncoding.DecodeString(key)
		return accept(string(raw))
	}),
	"accept-in-lower-case": answersAccept(func(key string) string { return strings.ToLower(accept(key)) }),
	"accept-missing":       answersHandshake(lacking("Sec-WebSocket-Accept")),
	"accept-twice": answersHandshake(func(lines []string) []string {
		return append(lines, find(lines, "Sec-WebSocket-Accept"))
	}),
	"upgrade-missing":       answersHandshake(lacking("Upgrade")),
	"upgrade-other":         answersHandshake(sets("Upgrade", "h2c")),
	"connection-missing":    answersHandshake(lacking("Connection")),
	"connection-other":      answersHandshake(sets("Connection", "keep-alive")),
	"subprotocol-unoffered": answersHandshake(adds("Sec-WebSocket-Protocol: unheard.of")),
	"subprotocol-empty":     answersHandshake(adds("Sec-WebSocket-Protocol:")),
	"extension-unoffered":   answersHandshake(adds("Sec-WebSocket-Extensions: unheard-of")),
	"426-without-version": func(c *conduct) {
		c.refusal = func(lines []string) []string { return without(lines, "Sec-WebSocket-Version") }
	},
}

// knownFields are those that a request may have for a server that wants no other.
const knownFields = "host upgrade connection origin sec-websocket-key sec-websocket-version " +
	"sec-websocket-protocol sec-websocket-extensions "

func answersHandshake(alter func(lines []string) []string) change {
	return func(c *conduct) { c.response = alter }
}

// answersAccept answers another Sec-WebSocket-Accept to a key.
func answersAccept(value func(key string) string) change {
	return func(c *conduct) { c.accept = value }
}

// needs refuses requests without a field that may be missing.
func needs(name string) change {
	return wary(func(s *session, h head) bool { return len(s.values(h, name)) == 0 })
}

// wary refuses requests that are good.
func wary(which func(s *session, h head) bool) change {
	return func(c *conduct) { c.wary = which }
}

func without(lines []string, name string) []string {
	return slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, name+":") })
}

func find(lines []string, name string) string {
	return lines[slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, name+":") })]
}

func adds(line string) func([]string) []string {
	return func(lines []string) []string { return append(lines, line) }
}

func sets(name, value string) func([]string) []string {
	return func(lines []string) []string { return append(without(lines, name), name+": "+value) }
}

func lacking(name string) func([]string) []string {
	return func(lines []string) []string { return without(lines, name) }
}

// replacing changes the first line.
func replacing(what, by string) func([]string) []string {
	return func(lines []string) []string {
		return slices.Concat([]string{strings.Replace(lines[0], what, by, 1)}, lines[1:])
	}
}

package broken

var clientFaults = map[string]change{
	// What is taken.
	"accept-unchecked":            lax(wrongAccept, noAccept, twoAccepts),
	"accept-missing-accepted":     lax(noAccept),
	"two-accepts-accepted":        lax(twoAccepts),
	"upgrade-unchecked-client":    lax(responseWithoutUpgrade),
	"connection-unchecked-client": lax(responseWithoutConnection),
	"status-unchecked":            lax(otherStatus),
	"subprotocol-accepted":        lax(subprotocolUnasked),
	"extension-accepted":          lax(extensionUnasked),
	"extension-grammar-unchecked": lax(oddExtensions),
	"responses-unchecked": lax(otherStatus, responseWithoutUpgrade, responseWithoutConnection, noAccept, wrongAccept,
		twoAccepts, subprotocolUnasked, extensionUnasked, oddExtensions),

	// What is asked for.
	"request-by-post":            asks(replacing("GET", "POST")),
	"request-http-1.0":           asks(replacing("HTTP/1.1", "HTTP/1.0")),
	"request-without-host":       asks(lacking("Host")),
	"request-without-upgrade":    asks(lacking("Upgrade")),
	"request-without-connection": asks(lacking("Connection")),
	"request-without-key":        asks(lacking("Sec-WebSocket-Key")),
	"request-without-version":    asks(lacking("Sec-WebSocket-Version")),
	"request-of-version-8":       asks(sets("Sec-WebSocket-Version", "8")),
	"request-with-two-keys":      asks(adds("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")),
	"nonce-of-15-bytes":          func(c *conduct) { c.nonce = func() string { return "dGhlIHNhbXBsZSBub25j" } },
	"nonce-kept":                 func(c *conduct) { c.nonce = func() string { return "dGhlIHNhbXBsZSBub25jZQ==" } },
}

func asks(alter func(lines []string) []string) change {
	return func(c *conduct) { c.request = alter }
}

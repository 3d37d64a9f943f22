package listen

import (
	"flag"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/command"
)

// AboutOrigins is the help about who may connect.
const AboutOrigins = `Pages of the server's own origin may connect, and what is no browser. That
origin is the request's Host: with https if ws speaks TLS itself, with http or
https if not, since TLS may end in a proxy in front. Such a proxy has to pass
Host on, which nginx does with "proxy_set_header Host $http_host". -origin lets
other pages connect.
`

// Origins is the flag for the origins that pages may connect from.
type Origins struct{ command.List }

// Add adds the flag.
func (o *Origins) Add(fs *flag.FlagSet) {
	fs.Var(o, "origin", "let pages of this `origin` connect besides the server's own, such as\nhttps://example.com, https://*.example.com, or * for all; may be repeated")
}

// Check finds what is no origin.
func (o *Origins) Check() error {
	for _, origin := range o.List {
		if scheme, host, _ := strings.Cut(origin, "://"); origin != "*" && (scheme == "" || host == "") {
			return command.BadUsage("-origin %q is no origin such as https://example.com", origin)
		}
	}
	return nil
}

package command

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// flagFor has the flag that sets an option of the library, in the commands that
// have one of that name.
var flagFor = map[string]string{
	"Options.Compression":                "compress",
	"Options.Compression.Budget":         "compress-budget",
	"Options.Compression.PeerWindowBits": "peer-window-bits",
	"Options.HandshakeTimeout":           "handshake-timeout",
	"Options.Header":                     "H",
	"Options.Keepalive":                  "keepalive",
	"Options.MaxHeaderBytes":             "max-header",
	"Options.MaxMessage":                 "read-limit",
	"Options.Origins":                    "origin",
	"Options.Subprotocols":               "subprotocol",
	"Options.WriteTimeout":               "keepalive",
}

var (
	// option is the name of an option.
	option = regexp.MustCompile(`\b\w*Options(\.\w+)+`)
	// hint is the end of a sentence that refers to one.
	hint = regexp.MustCompile(`,( see| which)? \w*Options(\.\w+)+( raises the limit| can allow| does without)?`)
)

// prefix is that of the library's errors.
const prefix = "websocket: "

// Line returns the text of err in one line, in the words of the command line:
// it names the flag that sets an option, and no option that has none.
func (env Environment) Line(err error) string {
	text := strings.TrimPrefix(env.inWords(err), prefix)
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

// inWords returns the text of err with what the library says of options in words
// for users. What the peer says stays as it is.
func (env Environment) inWords(err error) string {
	was := ""
	for _, find := range own {
		if was = strings.TrimPrefix(find(err), prefix); was != "" {
			break
		}
	}
	before, after, found := strings.Cut(err.Error(), was)
	if !found {
		return err.Error()
	}
	is := was
	var broken *websocket.ProtocolError
	if errors.As(err, &broken) {
		is = fmt.Sprintf("%s [%s], connection closed with %v", broken.Text, broken.Rule, broken.Code)
		if broken.Option != "" {
			is += ", see " + broken.Option
		}
	}
	return strings.TrimSuffix(before, prefix) + env.withFlags(is) + after
}

// own finds texts of the library's, and of this tool, that may name options.
var own = []func(error) string{
	find[*websocket.ProtocolError], find[*websocket.TimeoutError], find[*websocket.QueueError],
	find[*client.Error], find[*handshake.Error], find[*UsageError],
}

// find returns the text of the error of a type that is in err, "" if there is none.
func find[E error](err error) string {
	var e E
	if !errors.As(err, &e) {
		return ""
	}
	return e.Error()
}

// withFlags puts flags in the place of options, and leaves out hints at those
// that have none.
func (env Environment) withFlags(text string) string {
	named := func(name string) string {
		if flag := flagFor[name]; env.flags != nil && env.flags.Lookup(flag) != nil {
			return "-" + flag
		}
		return name
	}
	text = option.ReplaceAllStringFunc(text, named)
	return hint.ReplaceAllString(text, "")
}

package reach

import (
	"cmp"
	"flag"
	"net/http"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
	"github.com/seed372fb791/rfc6455/cmd/ws/compression"
	"github.com/seed372fb791/rfc6455/websocket"
)

// CloseTime bounds the closing handshake.
const CloseTime = 3 * time.Second

// maxHeader is the library's bound, in bytes.
const maxHeader = 16 << 10

// Offer are the flags of a command that dials a server: how it gets there, and
// what it offers.
type Offer struct {
	header       http.Header
	Subprotocols command.List
	origin       string
	maxHeader    command.Number
	patience     time.Duration // for the opening handshake
	way          way
	Compression  compression.Flags
}

// OfferGroup is the group of those about the opening handshake.
var OfferGroup = command.Group{Title: "Opening handshake", Flags: []string{"H", "subprotocol", "origin", "max-header", "handshake-timeout"}}

// Add adds the flags. By itself the opening handshake is given so much time.
func (o *Offer) Add(fs *flag.FlagSet, patience time.Duration) {
	o.header = make(http.Header)
	fs.Var(header(o.header), "H", "send this field, a `\"Name: value\"`, with the opening handshake; may be repeated")
	fs.Var(&o.Subprotocols, "subprotocol", "offer this subprotocol `name`; may be repeated, or a list with commas")
	fs.StringVar(&o.origin, "origin", "", "claim to be a page of this `origin`, such as https://example.com")
	o.maxHeader = command.Number{Value: maxHeader, Least: 1, Most: command.MaxMessage}
	fs.Var(&o.maxHeader, "max-header", "take so many `bytes` of the server's response, its header, at most")
	fs.DurationVar(&o.patience, "handshake-timeout", patience, "wait no longer than this `time` for the connection to be open; 0 is for no bound")
	o.way.add(fs)
	o.Compression.Add(fs, "offer", "client_max_window_bits", "server_max_window_bits")
}

// Check finds mistakes in the flags and the URL.
func (o *Offer) Check(url string) error {
	if o.patience < 0 {
		return command.BadUsage("-handshake-timeout must not be negative")
	}
	return cmp.Or(CheckURL(url), o.way.check(), o.Compression.Check())
}

// Options returns what the flags mean for the library.
func (o *Offer) Options() (*client.Options, error) {
	c := &client.Options{
		Conn: websocket.Options{
			MaxMessage:   command.MaxMessage,
			CloseTimeout: CloseTime,
		},
		Header:           o.header,
		Origin:           o.origin,
		Subprotocols:     o.Subprotocols,
		Compression:      o.Compression.Options(),
		MaxHeaderBytes:   int(o.maxHeader.Value),
		MaxHeaderLines:   int(o.maxHeader.Value), // no flag is needed for what the bytes bound
		HandshakeTimeout: cmp.Or(o.patience, -1),
	}
	return c, o.way.apply(c)
}

// header is a flag for header fields that may be given several times.
type header http.Header

func (h header) String() string { return "" }

func (h header) Set(s string) error {
	name, value, found := strings.Cut(s, ":")
	if name = strings.TrimSpace(name); !found || name == "" {
		return command.BadUsage("want \"Name: value\"")
	}
	http.Header(h).Add(name, strings.TrimSpace(value))
	return nil
}

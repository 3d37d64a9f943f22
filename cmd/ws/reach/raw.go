package reach

import (
	"flag"
	"slices"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/cmd/ws/command"
)

// Raw are the flags of Offer for a command that makes opening handshakes by
// itself: those about what it says and about the way, but for proxies.
type Raw struct{ offer Offer }

// The groups of its flags.
var (
	RawOfferGroup = command.Group{Title: OfferGroup.Title, Flags: []string{"H", "subprotocol", "origin"}}
	RawWayGroup   = command.Group{Title: WayGroup.Title, Flags: []string{"insecure", "cacert", "cert", "key", "unix"}}
)

// Add adds the flags.
func (r *Raw) Add(fs *flag.FlagSet) {
	all := command.NewFlags()
	r.offer.Add(all, 0)
	for _, name := range slices.Concat(RawOfferGroup.Flags, RawWayGroup.Flags) {
		f := all.Lookup(name)
		fs.Var(f.Value, f.Name, f.Usage)
	}
}

// Check finds flags that mean nothing.
func (r *Raw) Check() error { return r.offer.way.check() }

// Options returns what the flags mean, in the library's words.
func (r *Raw) Options() (*client.Options, error) { return r.offer.Options() }

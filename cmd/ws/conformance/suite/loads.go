package suite

import (
	"fmt"

	"github.com/seed372fb791/rfc6455/protocol"
)

// The numbers of messages where the Autobahn suite has 1000.
const (
	fullCount  = 1000
	smallTrips = 50 // uncompressed
	smallCount = 5  // compressed
)

// loadSpec is a load as it is written: its number in the Autobahn suite, its
// name, and the words behind generate.
type loadSpec struct {
	number, name, words string
	deflate             []params
}

// loads adds the generated loads: groups 9, 12 and 13 of the Autobahn suite by
// sizes, fragments, writes and numbers of messages.
func (l *loader) loads() error {
	trips, compressed := smallTrips, smallCount
	if l.full {
		trips, compressed = fullCount, fullCount
	}
	specs := append(plainLoads(trips), compressedLoads(l.peer, compressed)...)
	for i, spec := range specs {
		load, err := parseLoad(fmt.Sprintf("%s seed %d", spec.words, i+1))
		if err != nil {
			return fmt.Errorf("%s: %w", spec.words, err)
		}
		p := &parser{peer: l.peer, numbers: []number{{spec.number, whole.name}}}
		p.title = fmt.Sprintf("Messages one by one: %s.", load)
		p.rules = []string{ruleInOrder, "6455-5.4-6", "6455-5.2-10"}
		if p.deflate = spec.deflate; p.deflate != nil {
			p.title = fmt.Sprintf("Compressed messages one by one: %s; offers: %s.", load, joinOffers(p.deflate))
			p.rules = []string{"7692-6.2-1", "7692-7.2.1-1"}
		}
		p.turns = []turn{{load: load}}
		l.add(spec.name, p)
	}
	return nil
}

// plainLoads is group 9.
func plainLoads(trips int) (all []loadSpec) {
	add := func(group, i int, name, words string) {
		all = append(all, loadSpec{number: fmt.Sprintf("9.%d.%d", group, i+1), name: name, words: words})
	}
	for i, kind := range []string{"text", "binary"} {
		for j, size := range []string{"64KiB", "256KiB", "1MiB", "4MiB", "8MiB", "16MiB"} {
			add(i+1, j, fmt.Sprintf("load-%s-%s", kind, size), kind+" "+size)
		}
	}
	for i, kind := range []string{"text", "binary"} {
		for j, size := range []string{"64", "256", "1KiB", "4KiB", "16KiB", "64KiB", "256KiB", "1MiB", "4MiB"} {
			add(i+3, j, fmt.Sprintf("load-%s-fragments-%s", kind, size), kind+" 4MiB fragment "+size)
		}
	}
	for i, kind := range []string{"text", "binary"} {
		for j, size := range []string{"64", "128", "256", "512", "1024", "2048"} {
			add(i+5, j, fmt.Sprintf("load-%s-writes-%s", kind, size), kind+" 1MiB chop "+size)
		}
	}
	for i, kind := range []string{"text", "binary"} {
		for j, size := range []string{"0", "16", "64", "256", "1024", "4096"} {
			add(i+7, j, fmt.Sprintf("load-%s-trips-%s", kind, size), fmt.Sprintf("%s %s count %d", kind, size, trips))
		}
	}
	return all
}

// compressedSizes are the sizes of groups 12 and 13, some in fragments.
var compressedSizes = []struct{ size, fragment int }{
	{16, 0}, {64, 0}, {256, 0}, {1024, 0}, {4096, 0}, {8192, 0}, {16384, 0}, {32768, 0}, {65536, 0}, {131072, 0},
	{8192, 256}, {16384, 256}, {32768, 256}, {65536, 256}, {131072, 256}, {131072, 1024}, {131072, 4096}, {131072, 32768},
}

// compressedLoads is groups 12 and 13: contents of all kinds with nothing asked
// for, and one kind with all that may be asked of the peer's compression.
func compressedLoads(peer protocol.Role, count int) (all []loadSpec) {
	add := func(group, name, kind, look string, deflate []params) {
		for i, s := range compressedSizes {
			words := fmt.Sprintf("%s %d of %s count %d", kind, s.size, look, count)
			name := fmt.Sprintf("%s-%d", name, s.size)
			if s.fragment > 0 {
				words += fmt.Sprintf(" fragment %d", s.fragment)
				name += fmt.Sprintf("-fragments-%d", s.fragment)
			}
			all = append(all, loadSpec{fmt.Sprintf("%s.%d", group, i+1), name, words, deflate})
		}
	}
	for i, c := range [][2]string{{"text", "json"}, {"binary", "picture"}, {"binary", "prose"}, {"text", "markup"}, {"binary", "noise"}} {
		add(fmt.Sprintf("12.%d", i+1), "deflate-"+c[1], c[0], c[1], []params{{}})
	}
	for i, wishes := range deflateWishes(peer) {
		add(fmt.Sprintf("13.%d", i+1), "deflate-"+wishes.name, "text", "json", wishes.offers)
	}
	return all
}

// wish is what the runner asks of the peer's compression.
type wish struct {
	name   string
	offers []params
}

// deflateWishes are those of group 13, for a peer of a role.
func deflateWishes(peer protocol.Role) []wish {
	ask := func(noTakeover bool, bits int) params {
		if peer == protocol.Server {
			return params{serverNoTakeover: noTakeover, serverBits: bits}
		}
		return params{clientNoTakeover: noTakeover, clientBits: bits}
	}
	return []wish{
		{"takeover", []params{ask(false, 0)}},
		{"no-takeover", []params{ask(true, 0)}},
		{"9-bits", []params{ask(false, 9)}},
		{"15-bits", []params{ask(false, 15)}},
		{"no-takeover-9-bits", []params{ask(true, 9)}},
		{"no-takeover-15-bits", []params{ask(true, 15)}},
		{"several", []params{ask(true, 9), ask(true, 0), ask(false, 0)}},
	}
}

package capture

import (
	"net/netip"
	"slices"

	"github.com/gopacket/gopacket/layers"
)

// What may wait for the other fragments of its packet.
const (
	mostSplit     = 256       // packets
	mostFragments = 256       // of a packet
	mostOfSplit   = 128 << 10 // bytes of them, of which the packet has half at most
)

// fragments puts together the packets of IP that came in fragments.
type fragments struct {
	split []*splitPacket // the oldest first
	lost  int            // packets that were given up
}

// fragmentKey tells the fragments of different packets apart.
type fragmentKey struct {
	from, to netip.Addr
	id       uint32
}

// splitPacket is a packet of which fragments have come.
type splitPacket struct {
	fragmentKey
	pieces []fragment
	size   int  // of all pieces
	cut    bool // one of them was cut when it was captured
	whole  bool // all were there: those that come again are passed over
}

// fragment is a piece of what a packet carries.
type fragment struct {
	at   int // its place
	data []byte
	last bool
}

// fragmentOf4 returns the fragment that ip carries, if it does.
func fragmentOf4(ip *layers.IPv4) (f fragment, id uint32, ok bool) {
	more := ip.Flags&layers.IPv4MoreFragments != 0
	ok = (more || ip.FragOffset > 0) && ip.Protocol == layers.IPProtocolTCP
	return fragment{8 * int(ip.FragOffset), ip.Payload, !more}, uint32(ip.Id), ok
}

// fragmentOf6 is fragmentOf4 for IPv6.
func fragmentOf6(ip *layers.IPv6Fragment) (f fragment, id uint32, ok bool) {
	return fragment{8 * int(ip.FragmentOffset), ip.Payload, !ip.MoreFragments}, ip.Identification, ip.NextHeader == layers.IPProtocolTCP
}

// add takes a fragment, and returns all that its packet carries if that is there.
func (f *fragments) add(key fragmentKey, piece fragment, cut bool) (all []byte, whole bool) {
	i := slices.IndexFunc(f.split, func(p *splitPacket) bool { return p.fragmentKey == key })
	if i < 0 {
		f.makeRoom()
		i = len(f.split)
		f.split = append(f.split, &splitPacket{fragmentKey: key})
	}
	p := f.split[i]
	if p.cut = p.cut || cut; p.whole || p.cut || len(p.pieces) == mostFragments || p.size+len(piece.data) > mostOfSplit {
		return nil, false
	}
	piece.data = slices.Clone(piece.data) // and not the packet around it
	p.pieces, p.size = append(p.pieces, piece), p.size+len(piece.data)
	if all, p.whole = p.join(); p.whole {
		p.pieces = nil
	}
	return all, p.whole
}

// makeRoom gives up the oldest packet if there are too many.
func (f *fragments) makeRoom() {
	if len(f.split) < mostSplit {
		return
	}
	if !f.split[0].whole {
		f.lost++
	}
	f.split = slices.Delete(f.split, 0, 1)
}

// join puts the pieces together, if all are there. Of bytes that come twice the
// first ones count.
func (p *splitPacket) join() (all []byte, whole bool) {
	slices.SortStableFunc(p.pieces, func(a, b fragment) int { return a.at - b.at })
	for _, piece := range p.pieces {
		if piece.at > len(all) {
			return nil, false
		}
		if old := len(all) - piece.at; old < len(piece.data) {
			all = append(all, piece.data[old:]...)
		}
		whole = whole || piece.last
	}
	return all, whole
}

// missing returns how many packets could not be put together.
func (f *fragments) missing() int {
	n := f.lost
	for _, p := range f.split {
		if !p.whole {
			n++
		}
	}
	return n
}

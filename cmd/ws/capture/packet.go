package capture

import (
	"net/netip"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// packet is one as it was captured.
type packet struct {
	at   time.Time
	link layers.LinkType
	data []byte
	cut  bool // there was more of it
}

// segment is what a packet carries of a TCP connection.
type segment struct {
	at                 time.Duration // since the first packet
	from, to           netip.AddrPort
	seq, acked         uint32
	syn, ack, fin, rst bool
	data               []byte // the start of it, if the packet was cut
	cut                int    // so many bytes were cut off data
}

// The link types of IP without anything before it.
var bare = map[layers.LinkType]gopacket.LayerType{
	layers.LinkTypeIPv4: layers.LayerTypeIPv4,
	layers.LinkTypeIPv6: layers.LayerTypeIPv6,
}

// segment looks for TCP in p: directly, in a VLAN or in a tunnel. Fragments wait
// in f for the others of their packet.
func (p packet) segment(f *fragments) (s segment, ok bool) {
	var link gopacket.Decoder = p.link
	if ip, ok := bare[p.link]; ok {
		link = ip
	} else if p.link == 12 || p.link == 14 { // what BSDs call raw IP
		link = layers.LinkTypeRaw
	}
	// If it panics on bad bytes that is caught, and the layer is not there.
	for _, layer := range gopacket.NewPacket(p.data, link, gopacket.NoCopy).Layers() {
		switch layer := layer.(type) {
		case *layers.IPv4:
			s.between(layer.SrcIP, layer.DstIP)
			s.cut = max(0, int(layer.Length)-len(layer.Contents)-len(layer.Payload))
			if piece, id, ok := fragmentOf4(layer); ok {
				return s.whole(f, id, piece)
			}
		case *layers.IPv6:
			s.between(layer.SrcIP, layer.DstIP)
			s.cut = max(0, int(layer.Length)-len(layer.Payload))
			if hop := layer.HopByHop; hop != nil { // it is taken off the payload
				s.cut = max(0, s.cut-hop.ActualLength)
			}
		case *layers.IPv6Fragment:
			if piece, id, ok := fragmentOf6(layer); ok {
				return s.whole(f, id, piece)
			}
		case *layers.TCP:
			s.carry(layer)
			return s, s.from.IsValid() && s.to.IsValid()
		}
	}
	return s, false
}

// whole looks for TCP in the packet that a fragment belongs to, if all of that is
// there.
func (s segment) whole(f *fragments, id uint32, piece fragment) (segment, bool) {
	all, whole := f.add(fragmentKey{s.from.Addr(), s.to.Addr(), id}, piece, s.cut > 0)
	if !whole {
		return s, false
	}
	tcp, ok := gopacket.NewPacket(all, layers.LayerTypeTCP, gopacket.NoCopy).Layer(layers.LayerTypeTCP).(*layers.TCP)
	if ok {
		s.carry(tcp)
	}
	return s, ok && s.from.IsValid() && s.to.IsValid()
}

// between sets the addresses.
func (s *segment) between(from, to []byte) {
	a, _ := netip.AddrFromSlice(from)
	b, _ := netip.AddrFromSlice(to)
	s.from, s.to = netip.AddrPortFrom(a, 0), netip.AddrPortFrom(b, 0)
}

// carry sets what stands in the header of TCP and behind it.
func (s *segment) carry(tcp *layers.TCP) {
	s.from = netip.AddrPortFrom(s.from.Addr(), uint16(tcp.SrcPort))
	s.to = netip.AddrPortFrom(s.to.Addr(), uint16(tcp.DstPort))
	s.seq, s.acked = tcp.Seq, tcp.Ack
	s.syn, s.ack, s.fin, s.rst = tcp.SYN, tcp.ACK, tcp.FIN, tcp.RST
	s.data = tcp.Payload
	if s.syn {
		s.seq++ // it counts as a byte
	}
}

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

// segment looks for TCP in p: directly, in a VLAN or in a tunnel.
func (p packet) segment() (s segment, ok bool) {
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
			s.cut = int(layer.Length) - len(layer.Contents) - len(layer.Payload)
		case *layers.IPv6:
			s.between(layer.SrcIP, layer.DstIP)
			s.cut = int(layer.Length) - len(layer.Payload)
		case *layers.TCP:
			s.carry(layer)
			return s, s.from.IsValid() && s.to.IsValid()
		}
	}
	return s, false
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
	s.data, s.cut = tcp.Payload, max(s.cut, 0)
	if s.syn {
		s.seq++ // it counts as a byte
	}
}

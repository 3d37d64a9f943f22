package capture

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// epoch is when synthetic captures begin.
var epoch = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// The addresses of synthetic connections: who opens them, and the other side.
var (
	ends4 = [2]netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:50000"), netip.MustParseAddrPort("127.0.0.1:8080")}
	ends6 = [2]netip.AddrPort{netip.MustParseAddrPort("[::1]:50000"), netip.MustParseAddrPort("[::1]:8080")}
)

// packetOf is a packet to be written.
type packetOf struct {
	after time.Duration // the first one
	bytes []byte
	whole int // its length, if it was cut
}

// cut cuts a packet as tcpdump -s does.
func (p packetOf) cut(length int) packetOf {
	p.bytes, p.whole = p.bytes[:length], len(p.bytes)
	return p
}

// at says when a packet was captured.
func (p packetOf) at(after time.Duration) packetOf {
	p.after = after
	return p
}

// talk makes the packets of a connection, a millisecond each.
type talk struct {
	t    testing.TB
	ends [2]netip.AddrPort
	seq  [2]uint32
	now  time.Duration
}

func newTalk(t testing.TB, ends [2]netip.AddrPort) *talk {
	return &talk{t: t, ends: ends, seq: [2]uint32{1000, 0xffffff00}} // one goes round soon
}

// open returns the three packets that open the connection.
func (k *talk) open() []packetOf {
	return []packetOf{
		k.packet(0, layers.TCP{SYN: true}, ""), k.packet(1, layers.TCP{SYN: true, ACK: true}, ""), k.packet(0, layers.TCP{ACK: true}, ""),
	}
}

// says returns a packet with text.
func (k *talk) says(side int, text string) packetOf {
	return k.packet(side, layers.TCP{ACK: true, PSH: true}, text)
}

// ends returns the packet by which a side sends no more.
func (k *talk) leaves(side int) packetOf { return k.packet(side, layers.TCP{ACK: true, FIN: true}, "") }

func (k *talk) resets(side int) packetOf { return k.packet(side, layers.TCP{ACK: true, RST: true}, "") }

// packet returns the next packet of a side, from the header of IP on.
func (k *talk) packet(side int, tcp layers.TCP, text string) packetOf {
	k.t.Helper()
	from, to := k.ends[side], k.ends[1-side]
	tcp.SrcPort, tcp.DstPort = layers.TCPPort(from.Port()), layers.TCPPort(to.Port())
	tcp.Seq, tcp.Ack, tcp.Window = k.seq[side], k.seq[1-side], 65535
	if k.seq[side] += uint32(len(text)); tcp.SYN || tcp.FIN {
		k.seq[side]++
	}
	var ip interface {
		gopacket.SerializableLayer
		gopacket.NetworkLayer
	} = &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: net.IP(from.Addr().AsSlice()), DstIP: net.IP(to.Addr().AsSlice())}
	if from.Addr().Is6() {
		ip = &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP, SrcIP: net.IP(from.Addr().AsSlice()), DstIP: net.IP(to.Addr().AsSlice())}
	}
	tcp.SetNetworkLayerForChecksum(ip)
	b := gopacket.NewSerializeBuffer()
	options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	if err := gopacket.SerializeLayers(b, options, ip, &tcp, gopacket.Payload(text)); err != nil {
		k.t.Fatal(err)
	}
	k.now += time.Millisecond
	return packetOf{after: k.now - time.Millisecond, bytes: b.Bytes()}
}

// links are what stands before the header of IP, for IPv4 and IPv6.
var links = map[string]struct {
	link   layers.LinkType
	v4, v6 string
}{
	"ethernet":  {layers.LinkTypeEthernet, "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x08\x00", "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x86\xdd"},
	"vlan":      {layers.LinkTypeEthernet, "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x81\x00\x00\x07\x08\x00", "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x81\x00\x00\x07\x86\xdd"},
	"null":      {layers.LinkTypeNull, "\x02\x00\x00\x00", "\x1e\x00\x00\x00"},
	"loop":      {layers.LinkTypeLoop, "\x00\x00\x00\x02", "\x00\x00\x00\x1e"},
	"cooked":    {layers.LinkTypeLinuxSLL, "\x00\x00\x03\x04\x00\x06\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00", "\x00\x00\x03\x04\x00\x06\x00\x00\x00\x00\x00\x00\x00\x00\x86\xdd"},
	"cooked v2": {layers.LinkTypeLinuxSLL2, "\x08\x00\x00\x00\x00\x00\x00\x01\x03\x04\x00\x06\x00\x00\x00\x00\x00\x00\x00\x00", "\x86\xdd\x00\x00\x00\x00\x00\x01\x03\x04\x00\x06\x00\x00\x00\x00\x00\x00\x00\x00"},
	"raw":       {layers.LinkTypeRaw, "", ""},
	"raw BSD":   {14, "", ""},
}

// pcap writes packets as a file.
func pcap(t testing.TB, link string, packets ...packetOf) []byte {
	t.Helper()
	var b bytes.Buffer
	w := pcapgo.NewWriter(&b)
	if err := w.WriteFileHeader(65535, links[link].link); err != nil {
		t.Fatal(err)
	}
	for _, p := range packets {
		info, data := linked(link, p)
		if err := w.WritePacket(info, data); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// pcapng writes packets as a file that alternates between interfaces of these
// links.
func pcapng(t testing.TB, between []string, packets ...packetOf) []byte {
	t.Helper()
	var b bytes.Buffer
	first := pcapgo.NgInterface{Name: "a", LinkType: links[between[0]].link, SnapLength: 65535, TimestampResolution: 9}
	w, err := pcapgo.NewNgWriterInterface(&b, first, pcapgo.DefaultNgWriterOptions)
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range between[1:] {
		if _, err := w.AddInterface(pcapgo.NgInterface{Name: "b", LinkType: links[link].link, TimestampResolution: 6}); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range packets {
		info, data := linked(between[i%len(between)], p)
		info.InterfaceIndex = i % len(between)
		if err := w.WritePacket(info, data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// linked returns a packet as it is written.
func linked(link string, p packetOf) (gopacket.CaptureInfo, []byte) {
	head := links[link].v4
	if p.bytes[0]>>4 == 6 {
		head = links[link].v6
	}
	data := append([]byte(head), p.bytes...)
	return gopacket.CaptureInfo{
		Timestamp: epoch.Add(p.after), CaptureLength: len(data), Length: max(len(data), p.whole+len(head)),
	}, data
}

// read returns what a reader says of a file, in words.
func read(file []byte) (lines []string) {
	r, err := NewReader(bufio.NewReader(bytes.NewReader(file)))
	if err != nil {
		return []string{err.Error()}
	}
	var conns []*Conn
	for {
		e, err := r.Next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				lines = append(lines, err.Error())
			}
			return lines
		}
		if !slices.Contains(conns, e.Conn) {
			conns = append(conns, e.Conn)
			lines = append(lines, fmt.Sprintf("conn %d: %v %v %v %v", len(conns), e.Addrs[0], e.Addrs[1], e.Began.Sub(epoch), e.Whole))
		}
		lines = append(lines, fmt.Sprintf("%d.%d %v %s", slices.Index(conns, e.Conn)+1, e.Side, e.At, describe(e)))
	}
}

func describe(e Event) string {
	switch e.Kind {
	case Bytes:
		return fmt.Sprintf("%.60q", e.Data)
	case Gap:
		return fmt.Sprintf("%d missing", e.Missing)
	case End:
		return "end"
	}
	return "reset"
}

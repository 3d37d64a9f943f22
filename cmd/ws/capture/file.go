package capture

import (
	"bufio"
	"encoding/binary"
	"io"
	"slices"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// MagicSize is how many bytes Recognise wants to see.
const MagicSize = 4

// The first bytes of a pcapng file, and of a pcap file with times in micro- or
// nanoseconds, all in big-endian order; those of pcap may stand the other way
// round.
const magicNG = 0x0a0d0d0a

var magics = []uint32{0xa1b2c3d4, 0xa1b23c4d}

// Recognise reports whether a file that begins with b is a capture. Frames of
// WebSocket cannot begin so: the bytes have reserved bits and opcodes, or are a
// Pong that is not the last of its message.
func Recognise(b []byte) bool {
	if len(b) < MagicSize {
		return false
	}
	big, little := binary.BigEndian.Uint32(b), binary.LittleEndian.Uint32(b)
	return big == magicNG || slices.Contains(magics, big) || slices.Contains(magics, little)
}

// file is a capture as packets.
type file struct {
	source interface {
		ReadPacketData() ([]byte, gopacket.CaptureInfo, error)
	}
	link    layers.LinkType // of all packets, but in a pcapng file
	secrets *secretsReader  // nil but in that
}

// open reads the header of a file.
func open(r *bufio.Reader) (file, error) {
	magic, err := r.Peek(MagicSize)
	if err != nil {
		return file{}, err
	}
	if binary.BigEndian.Uint32(magic) == magicNG {
		secrets := &secretsReader{Reader: r}
		ng, err := pcapgo.NewNgReader(secrets, pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
		return file{source: ng, secrets: secrets}, err
	}
	p, err := pcapgo.NewReader(r)
	if err != nil {
		return file{}, err
	}
	return file{source: p, link: p.LinkType()}, nil
}

// next reads a packet. The error is io.EOF only between two of them.
func (f file) next() (packet, error) {
	data, info, err := f.source.ReadPacketData()
	switch {
	case err == io.EOF && info.CaptureLength > 0:
		return packet{}, io.ErrUnexpectedEOF // its header was there
	case err != nil:
		return packet{}, err
	}
	p := packet{at: info.Timestamp, link: f.link, data: data, cut: info.CaptureLength < info.Length}
	if len(info.AncillaryData) > 0 {
		p.link, _ = info.AncillaryData[0].(layers.LinkType)
	}
	return p, nil
}

package capture

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// NewTextReader returns a reader of the packets that tcpdump has printed in hex,
// with -X, -x, -XX or -xx, or false if there are none in text.
func NewTextReader(text string) (*Reader, bool) {
	p := new(printed)
	for line := range strings.Lines(text) {
		p.line(line)
	}
	p.end()
	if len(p.packets) == 0 {
		return nil, false
	}
	return &Reader{file: file{source: p}, conns: make(map[pair]*conn)}, true
}

// printed is packets that tcpdump has printed. Of their times the day is not
// known.
type printed struct {
	packets []printedPacket
	at      time.Time
	data    []byte // of the packet that goes on
}

type printedPacket struct {
	gopacket.CaptureInfo
	data []byte
}

var (
	// printedTime is at the beginning of the line before a packet.
	printedTime = regexp.MustCompile(`^(?:\d{4}-\d\d-\d\d )?(\d\d:\d\d:\d\d\.\d+) `)
	// printedBytes is a line of a packet: its place, and bytes in twos.
	printedBytes = regexp.MustCompile(`^\s+0x([0-9a-f]{4,}):  ((?:[0-9a-f]{2,4} ?)+)`)
)

// line reads a line.
func (p *printed) line(line string) {
	if m := printedTime.FindStringSubmatch(line); m != nil {
		p.end()
		p.at, _ = time.Parse("15:04:05.999999999", m[1])
		return
	}
	m := printedBytes.FindStringSubmatch(line)
	if m == nil {
		return
	}
	if strings.Trim(m[1], "0") == "" {
		p.end()
	}
	b, err := hex.DecodeString(strings.ReplaceAll(m[2], " ", ""))
	if err == nil {
		p.data = append(p.data, b...)
	}
}

// end ends the packet that goes on, if there is one and it is of IP.
func (p *printed) end() {
	data := p.data
	p.data = nil
	link := layers.LinkTypeRaw
	if !isIP(data) {
		if link = layers.LinkTypeEthernet; len(data) < 14 || !isIP(data[14:]) {
			return
		}
	}
	p.packets = append(p.packets, printedPacket{gopacket.CaptureInfo{Timestamp: p.at, CaptureLength: len(data), Length: len(data), AncillaryData: []any{link}}, data})
}

// isIP reports whether b begins with a header of IP that has the length of b, or
// more if b was cut.
func isIP(b []byte) bool {
	switch {
	case len(b) >= 20 && b[0]>>4 == 4:
		return int(binary.BigEndian.Uint16(b[2:])) >= len(bytes.TrimRight(b, "\x00"))
	case len(b) >= 40 && b[0]>>4 == 6:
		return 40+int(binary.BigEndian.Uint16(b[4:])) >= len(bytes.TrimRight(b, "\x00"))
	}
	return false
}

// ReadPacketData returns the next packet.
func (p *printed) ReadPacketData() ([]byte, gopacket.CaptureInfo, error) {
	if len(p.packets) == 0 {
		return nil, gopacket.CaptureInfo{}, io.EOF
	}
	next := p.packets[0]
	p.packets = p.packets[1:]
	return next.data, next.CaptureInfo, nil
}

// Package capture reads what tcpdump, Wireshark and their like have written,
// pcap and pcapng, or printed in hex, and tells what each side of each TCP connection has sent, in
// order. What it means is for others: see package dissect.
//
//	event.go   Event: what a side of a connection did; Conn: whose it is
//	reader.go  Reader: a file in, events out
//	file.go    packets out of a file
//	text.go    packets that tcpdump has printed
//	secrets.go the key log of TLS that a pcapng file may have; package tls uses it
//	packet.go  segments of TCP out of packets: link layers, VLANs, IPv4 and IPv6
//	fragments.go  packets of IP put together
//	conn.go    connections: who opened them, and when they are over
//	stream.go  one direction of a connection, its segments in order
//
// A capture is not what the endpoints have seen. Packets are in it twice or not
// at all, late, or cut to a length (tcpdump -s); it begins in the middle of
// connections, and ends there. What is missing becomes a Gap, when
// its receiver has acknowledged it several times, or when so much of what
// follows waits that it has to be given up.
//
// It may come from anybody: of each direction at most 4 MiB wait for what is
// missing before them, of a capture 64 MiB. The order of segments is found here
// and not by package reassembly of gopacket, to which new connections between
// the addresses and ports of one that was reset are part of that, and which can
// only tell by time that something is missing.
//
// Checksums are not looked at; network cards fill them in after a packet was
// captured.
package capture

package capture

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"
)

// Every link layer brings the same connection, with IPv4 and IPv6, in both
// kinds of files.
func TestLinks(t *testing.T) {
	for link := range links {
		for _, ends := range [][2]string{{"127.0.0.1", ""}, {"[::1]", ""}} {
			k := newTalk(t, ends4)
			if ends[0] == "[::1]" {
				k = newTalk(t, ends6)
			}
			packets := append(k.open(), k.says(0, "ask"), k.says(1, "answer"), k.leaves(1), k.leaves(0))
			want := []string{
				fmt.Sprintf("conn 1: %s:50000 %s:8080 0s true", ends[0], ends[0]),
				`1.0 3ms "ask"`, `1.1 4ms "answer"`, "1.1 5ms end", "1.0 6ms end",
			}
			for kind, file := range map[string][]byte{
				"pcap": pcap(t, link, packets...), "pcapng": pcapng(t, []string{link, "ethernet"}, packets...),
			} {
				if diff := cmp.Diff(want, read(file)); diff != "" {
					t.Errorf("%s, %s, %s (-want +got):\n%s", kind, link, ends[0], diff)
				}
			}
		}
	}
}

// order returns packets in another order; those that are not named are lost,
// and those named twice there twice. Times stay in order.
func order(packets []packetOf, indexes ...int) (out []packetOf) {
	for i, index := range indexes {
		out = append(out, packets[index].at(time.Duration(i)*time.Millisecond))
	}
	return out
}

func TestReader(t *testing.T) {
	k := newTalk(t, ends4)
	whole := append(k.open(), k.says(0, "one "), k.says(0, "two "), k.says(0, "three"), k.says(1, "four"), k.leaves(0), k.leaves(1))
	again := newTalk(t, ends4)
	again.seq = [2]uint32{5000, 6000}
	second := append(again.open(), again.says(0, "new"))
	overlapping := newTalk(t, ends4)
	overlapping.seq = [2]uint32{1003, 0}
	over := overlapping.says(0, "e TWO th")
	probe := newTalk(t, ends4)
	probe.seq = [2]uint32{1012, 0}
	reset := append(slices.Clone(whole[:6]), whole[6].at(6*time.Millisecond), k.resets(1).at(7*time.Millisecond), whole[8].at(8*time.Millisecond))

	const opened = "conn 1: 127.0.0.1:50000 127.0.0.1:8080 0s true"
	for name, tt := range map[string]struct {
		packets []packetOf
		want    string
	}{
		"in order":             {whole, opened + `|1.0 3ms "one "|1.0 4ms "two "|1.0 5ms "three"|1.1 6ms "four"|1.0 7ms end|1.1 8ms end`},
		"late":                 {order(whole, 0, 1, 2, 5, 4, 3), opened + `|1.0 5ms "one "|1.0 5ms "two "|1.0 5ms "three"`},
		"end before its data":  {order(whole, 0, 1, 2, 7, 5, 3, 4, 8, 6), opened + `|1.0 5ms "one "|1.0 6ms "two "|1.0 6ms "three"|1.0 6ms end|1.1 8ms "four"|1.1 8ms end`},
		"all twice":            {order(whole, 0, 0, 1, 1, 2, 3, 4, 3, 4, 5, 5, 7, 7), opened + `|1.0 5ms "one "|1.0 6ms "two "|1.0 9ms "three"|1.0 11ms end`},
		"twice while it waits": {order(whole, 0, 1, 2, 5, 5, 4, 3), opened + `|1.0 6ms "one "|1.0 6ms "two "|1.0 6ms "three"`},
		"lost":                 {order(whole, 0, 1, 2, 3, 5, 6, 7), opened + `|1.0 3ms "one "|1.1 5ms "four"|1.0 4ms 4 missing|1.0 4ms "three"|1.0 6ms end`},
		"the last lost":        {order(whole, 0, 1, 2, 3, 7), opened + `|1.0 3ms "one "|1.0 4ms 9 missing|1.0 4ms end`},
		"cut":                  {[]packetOf{whole[0], whole[3], whole[4].cut(42), whole[5]}, opened + `|1.0 3ms "one "|1.0 4ms "tw"|1.0 4ms 2 missing|1.0 5ms "three"`},
		"cut in its header":    {[]packetOf{whole[0], whole[3], whole[4].cut(30), whole[5]}, opened + `|1.0 3ms "one "|1.0 5ms 4 missing|1.0 5ms "three"`},
		"overlapping":          {[]packetOf{whole[0], whole[3], over, whole[5]}, opened + `|1.0 3ms "one "|1.0 3ms "TWO th"|1.0 5ms "ree"`},
		"overlap that waits":   {[]packetOf{whole[0], over, whole[5], whole[3]}, opened + `|1.0 3ms "one "|1.0 3ms "TWO th"|1.0 5ms "ree"`},
		"keep-alive":           {[]packetOf{whole[0], whole[3], whole[4], whole[5], probe.says(0, "e"), whole[6]}, opened + `|1.0 3ms "one "|1.0 4ms "two "|1.0 5ms "three"|1.1 6ms "four"`},
		"from the middle":      {order(whole, 6, 4, 5, 2), "conn 1: 127.0.0.1:8080 127.0.0.1:50000 0s false" + `|1.0 0s "four"|1.1 1ms "two "|1.1 2ms "three"`},
		"without the SYN":      {order(whole, 1, 4, 3, 6), opened + `|1.0 2ms "one "|1.0 2ms "two "|1.1 3ms "four"`},
		"reset":                {reset, opened + `|1.0 3ms "one "|1.0 4ms "two "|1.0 5ms "three"|1.1 6ms "four"|1.1 7ms reset`},
		"the ports again": {append(slices.Clone(reset), second...), opened + `|1.0 3ms "one "|1.0 4ms "two "|1.0 5ms "three"|1.1 6ms "four"|1.1 7ms reset` +
			`|conn 2: 127.0.0.1:50000 127.0.0.1:8080 0s true|2.0 3ms "new"`},
		"again, the end lost": {append(order(whole, 0, 1, 3, 5), second...), opened + `|1.0 2ms "one "|1.0 3ms 4 missing|1.0 3ms "three"` +
			`|conn 2: 127.0.0.1:50000 127.0.0.1:8080 0s true|2.0 3ms "new"`},
		"nothing but the end": {order(whole, 7, 8), ""},
		"nothing said":        {order(whole, 0, 1, 2, 2), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(read(pcap(t, "raw", tt.packets...)), "|")
			if got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}

// What is missing is given up when it has been acknowledged often enough, not
// only at the end.
func TestLostForGood(t *testing.T) {
	k := newTalk(t, ends4)
	packets := append(k.open(), k.says(0, "one"))
	k.says(0, "lost")
	for range enoughAcks + 4 {
		packets = append(packets, k.says(0, "x"), k.says(1, "y"))
	}
	got := read(pcap(t, "raw", packets...))
	gap, last := slices.Index(got, "1.0 5ms 4 missing"), slices.IndexFunc(got, func(line string) bool { return strings.HasPrefix(line, "1.1 44ms") })
	if gap < 0 || gap > last {
		t.Errorf("the gap is line %d, of %d:\n%s", gap, last, strings.Join(got, "\n"))
	}
}

// Two connections in one file are told apart, whoever speaks when.
func TestConnections(t *testing.T) {
	a, b := newTalk(t, ends4), newTalk(t, ends6)
	packets := slices.Concat(a.open(), b.open(), []packetOf{a.says(0, "a"), b.says(0, "b"), b.says(1, "B"), a.says(1, "A")})
	want := []string{
		"conn 1: 127.0.0.1:50000 127.0.0.1:8080 0s true", `1.0 3ms "a"`,
		"conn 2: [::1]:50000 [::1]:8080 0s true", `2.0 3ms "b"`, `2.1 4ms "B"`, `1.1 4ms "A"`,
	}
	if diff := cmp.Diff(want, read(pcap(t, "ethernet", packets...))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whatever is wrong with a file, what stands before that is read, and it is
// said what is wrong.
func TestDamaged(t *testing.T) {
	k := newTalk(t, ends4)
	packets := append(k.open(), k.says(0, "one"), k.says(1, "two"))
	file, ng := pcap(t, "raw", packets...), pcapng(t, []string{"raw"}, packets...)
	unknown := bytes.Clone(file)
	unknown[20] = 220 // USB
	for name, tt := range map[string]struct {
		file []byte
		want string
	}{
		"within a packet":       {file[:len(file)-1], `conn 1: 127.0.0.1:50000 127.0.0.1:8080 0s true|1.0 3ms "one"|packet 5 of the capture: unexpected EOF`},
		"behind its header":     {file[:len(file)-43], `conn 1: 127.0.0.1:50000 127.0.0.1:8080 0s true|1.0 3ms "one"|packet 5 of the capture: unexpected EOF`},
		"within its header":     {file[:len(file)-50], `conn 1: 127.0.0.1:50000 127.0.0.1:8080 0s true|1.0 3ms "one"|packet 5 of the capture: unexpected EOF`},
		"within a block":        {ng[:len(ng)-1], `conn 1: 127.0.0.1:50000 127.0.0.1:8080 0s true|1.0 3ms "one"|packet 5 of the capture: unexpected EOF`},
		"within the file's":     {file[:20], "the capture cannot be read: unexpected EOF"},
		"within the section's":  {ng[:20], "the capture cannot be read: unexpected EOF"},
		"a version of tomorrow": {slices.Concat(file[:4], []byte{9}, file[5:]), "the capture cannot be read: Unknown major version 9"},
		"no such link":          {unknown, ""},
		"nothing":               {nil, "the capture cannot be read: EOF"},
	} {
		if got := strings.Join(read(tt.file), "|"); got != tt.want {
			t.Errorf("%s: %s\nwant %s", name, got, tt.want)
		}
	}
}

func TestRecognise(t *testing.T) {
	k := newTalk(t, ends4)
	for _, file := range [][]byte{pcap(t, "raw", k.open()...), pcapng(t, []string{"raw"}, k.open()...)} {
		if !Recognise(file) || Recognise(file[:3]) || Recognise(file[1:]) {
			t.Errorf("% x", file[:5])
		}
	}
}

// What waits is bounded, of all connections together.
func TestHeldByAll(t *testing.T) {
	r := &Reader{conns: make(map[pair]*conn)}
	text := strings.Repeat("x", 1<<16-100)
	for port := range uint16(100) {
		ends := ends4
		ends[0] = netip.AddrPortFrom(ends[0].Addr(), port+1)
		k := newTalk(t, ends)
		packets := k.open()
		k.says(0, "lost")
		for range 16 {
			packets = append(packets, k.says(0, text))
		}
		for _, p := range packets {
			r.packets++
			r.packet(packet{at: epoch.Add(p.after), link: layers.LinkTypeRaw, data: p.bytes})
		}
		held := 0
		for _, c := range r.order {
			held += c.held()
		}
		if held != r.held || held > maxHeld {
			t.Fatalf("%d bytes held, %d counted", held, r.held)
		}
		r.ready = nil
	}
	if r.held < maxHeld/2 {
		t.Errorf("only %d bytes held: the test does not reach the bound", r.held)
	}
}

// A reader reads no further than it has to, so that a capture can be followed
// while it is made.
func TestFollowed(t *testing.T) {
	k := newTalk(t, ends4)
	file := pcap(t, "raw", append(k.open(), k.says(0, "one"))...)
	in, out := io.Pipe()
	go out.Write(file) // and nothing more, nor an end
	r, err := NewReader(bufio.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	if e, err := r.Next(); err != nil || string(e.Data) != "one" {
		t.Errorf("%q, %v", e.Data, err)
	}
}

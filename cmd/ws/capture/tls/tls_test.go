package tls

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/capture"
)

// read returns what both sides of the connection in a capture have sent.
func read(t *testing.T, path string, log Log) (said [2]string, err error) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := capture.NewReader(bufio.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	c := New(func() Log {
		log.Add(string(r.KeyLog()))
		return log
	})
	for {
		e, end := r.Next()
		if end != nil {
			return said, err
		}
		var pieces []Piece
		if e.Kind == capture.Bytes && err == nil {
			pieces, err = c.Write(e.Side, e.Data)
		}
		for _, p := range pieces {
			said[p.Side] += string(p.Data)
		}
	}
}

// What Node has said to this project's server, with all suites, and with the
// secrets beside the capture or in it.
func TestCaptures(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.pcap*")
	if err != nil || len(paths) != 7 {
		t.Fatalf("%d captures, %v", len(paths), err)
	}
	for _, path := range paths {
		log := make(Log)
		if !strings.HasSuffix(path, "-secrets.pcapng") {
			text, err := os.ReadFile(strings.TrimSuffix(path, ".pcap") + ".keys")
			if err != nil || log.Add(string(text)) == 0 {
				t.Fatal(err)
			}
		}
		said, err := read(t, path, log)
		if err != nil || !strings.HasPrefix(said[0], "GET /chat HTTP/1.1\r\n") || !strings.HasPrefix(said[1], "HTTP/1.1 101 Switching Protocols\r\n") ||
			!strings.Contains(said[1], "\r\n\r\n\x81\x05Hello\x81\x0bHello again\x88\x02\x03\xe8") {
			t.Errorf("%s: %q, %v", path, said, err)
		}
	}
	if said, err := read(t, "testdata/tls13-aes128.pcap", make(Log)); err != errNoSecret || said != [2]string{} {
		t.Errorf("without secrets: %q, %v", said, err)
	}
	other := make(Log)
	text, _ := os.ReadFile("testdata/tls13-aes128.keys")
	other.Add(string(text))
	for label := range other {
		other[label] = bytes.Repeat([]byte{1}, 32)
	}
	if said, err := read(t, "testdata/tls13-aes128.pcap", other); err != errKeys || said != [2]string{} {
		t.Errorf("with wrong secrets: %q, %v", said, err)
	}
}

// sent is what a side has written to the network.
type sent struct {
	side int
	b    []byte
}

// recorded is an end of a connection whose writes are kept.
type recorded struct {
	net.Conn
	side int
	mu   *sync.Mutex
	all  *[]sent
}

func (r recorded) Write(b []byte) (int, error) {
	r.mu.Lock()
	*r.all = append(*r.all, sent{r.side, bytes.Clone(b)})
	r.mu.Unlock()
	return r.Conn.Write(b)
}

// talk has Go's client and server talk, each says what it hears.
func talk(t *testing.T, version, suite uint16) (all []sent, log Log) {
	t.Helper()
	site := httptest.NewTLSServer(nil)
	site.Close()
	var keys bytes.Buffer
	config := &tls.Config{Certificates: site.TLS.Certificates, InsecureSkipVerify: true, MaxVersion: version, KeyLogWriter: &keys}
	if suite != 0 {
		config.CipherSuites = []uint16{suite}
	}
	a, b := net.Pipe()
	var mu sync.Mutex
	client, server := tls.Client(recorded{a, 0, &mu, &all}, config), tls.Server(recorded{b, 1, &mu, &all}, &tls.Config{Certificates: config.Certificates, MaxVersion: version, CipherSuites: config.CipherSuites})
	var serving sync.WaitGroup
	serving.Go(func() { io.Copy(server, server); server.Close() })
	for _, text := range []string{"one", "two", strings.Repeat("long ", 10000), "four"} {
		go io.WriteString(client, text) // it comes back while the rest is on its way
		if _, err := io.ReadFull(client, make([]byte, len(text))); err != nil {
			t.Fatal(err)
		}
	}
	go io.Copy(io.Discard, client) // the farewells
	client.CloseWrite()
	serving.Wait()
	client.Close()
	log = make(Log)
	log.Add(keys.String())
	return all, log
}

var whatIsSaid = "onetwo" + strings.Repeat("long ", 10000) + "four"

// Whatever the version and suite, and however the bytes are cut.
func TestSuites(t *testing.T) {
	for _, tt := range []struct{ version, suite uint16 }{
		{tls.VersionTLS13, 0},
		{tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
		{tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384},
		{tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256},
	} {
		all, log := talk(t, tt.version, tt.suite)
		for _, size := range []int{1, 1000, 1 << 20} {
			c := New(func() Log { return log })
			var said [2]string
			for _, one := range all {
				for chunk := range slices.Chunk(one.b, size) {
					pieces, err := c.Write(one.side, chunk)
					if err != nil {
						t.Fatal(err)
					}
					for _, p := range pieces {
						said[p.Side] += string(p.Data)
					}
				}
			}
			if said[0] != whatIsSaid || said[1] != whatIsSaid {
				t.Errorf("%s, %s by %d: %d and %d bytes", tls.VersionName(tt.version), tls.CipherSuiteName(tt.suite), size, len(said[0]), len(said[1]))
			}
		}
	}
}

// A client whose answer comes late in the capture is read when it has come.
func TestWaits(t *testing.T) {
	all, log := talk(t, tls.VersionTLS13, 0)
	slices.SortStableFunc(all, func(a, b sent) int { return a.side - b.side })
	c := New(func() Log { return log })
	said := [2]string{}
	for _, one := range all {
		pieces, err := c.Write(one.side, one.b)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pieces {
			said[p.Side] += string(p.Data)
		}
	}
	if said[0] != whatIsSaid || said[1] != whatIsSaid {
		t.Errorf("%d and %d bytes", len(said[0]), len(said[1]))
	}
}

// What cannot be read is said.
func TestUnreadable(t *testing.T) {
	all, log := talk(t, tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA)
	from := func(all []sent, log Log) (err error) {
		c := New(func() Log { return log })
		for _, one := range all {
			if _, err = c.Write(one.side, one.b); err != nil {
				break
			}
		}
		return err
	}
	if err := from(all, log); err == nil || err.Error() != "TLS 1.2 with TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA cannot be read" {
		t.Error(err)
	}
	all, log = talk(t, tls.VersionTLS13, 0)
	if err := from(all[len(all)/2:], log); err != errBegun {
		t.Errorf("from the middle: %v", err)
	}
	if err := from(append(all[:len(all):len(all)], sent{0, []byte("GET / HTTP/1.1\r\n")}), log); err != errNoRecord {
		t.Errorf("no records: %v", err)
	}
	endless := []sent{all[0]}
	for range 100 {
		endless = append(endless, sent{0, append([]byte{23, 3, 3, 0x40, 0}, make([]byte, 1<<14)...)})
	}
	if err := from(endless, log); err == nil || !strings.Contains(err.Error(), "ServerHello is missing") {
		t.Errorf("endless: %v", err)
	}
}

// sealed returns records of TLS 1.3 with the keys of a secret.
func sealed(t *testing.T, k *keys, kind byte, contents ...string) (all [][]byte) {
	t.Helper()
	for _, content := range contents {
		nonce := bytes.Clone(k.iv)
		nonce[len(nonce)-1] ^= byte(k.seq)
		k.seq++
		header := []byte{applicationData, 3, 3, 0, byte(len(content) + 17)}
		all = append(all, k.aead.Seal(header, nonce, append([]byte(content), kind), header))
	}
	return all
}

// opened returns a connection of TLS 1.3 after its handshake, and the keys of its
// client.
func opened(t *testing.T) (*Conn, *keys) {
	t.Helper()
	c := &Conn{log: func() Log { return nil }, random: make([]byte, randomSize), server: make([]byte, randomSize), v13: true, suite: chacha}
	secret := make([]byte, 32)
	if err := c.use(0, secret); err != nil {
		t.Fatal(err)
	}
	k, err := chacha.keysOf13(secret)
	if err != nil {
		t.Fatal(err)
	}
	return c, k
}

func TestKeyUpdate(t *testing.T) {
	c, k := opened(t)
	stream := slices.Concat(append(sealed(t, k, applicationData, "one"), sealed(t, k, handshake, "\x18\x00\x00\x01\x00")...)...)
	next, err := chacha.expand(make([]byte, 32), "traffic upd", 32)
	if err != nil {
		t.Fatal(err)
	}
	if k, err = chacha.keysOf13(next); err != nil {
		t.Fatal(err)
	}
	pieces, err := c.Write(0, append(stream, sealed(t, k, applicationData, "two")[0]...))
	if err != nil || len(pieces) != 2 || string(pieces[1].Data) != "two" {
		t.Errorf("%v, %v", pieces, err)
	}
}

// What is missing is counted if that can be done, and what follows read on.
func TestGap(t *testing.T) {
	for name, tt := range map[string]struct {
		from, to int // of the stream, what is missing
		want     string
		err      error
	}{
		"in a record":         {40, 45, "one -7 three four ", nil},
		"its end":             {40, 54, "one -7 three four ", nil},
		"a record":            {25, 54, "one -7 three four ", nil},
		"two records":         {25, 81, "one -12 four ", nil},
		"the end of the next": {40, 81, "one -12 four ", nil},
		"no border":           {30, 60, "one ", errLost},
	} {
		c, k := opened(t)
		records := sealed(t, k, applicationData, "one", "seconds", "three", "four")
		stream := slices.Concat(records...)
		pieces, err := c.Write(0, stream[:tt.from])
		if err != nil {
			t.Fatal(err)
		}
		pieces = append(pieces, c.Gap(0, int64(tt.to-tt.from))...)
		more, err := c.Write(0, stream[tt.to:])
		got := ""
		for _, p := range append(pieces, more...) {
			if p.Missing > 0 {
				got += "-" + string(rune('0'+p.Missing/10)) + string(rune('0'+p.Missing%10)) + " "
				continue
			}
			got += string(p.Data) + " "
		}
		got = strings.ReplaceAll(got, "-0", "-")
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: %s, %v, want %s", name, got, err, tt.want)
		}
	}
}

// Whatever comes, it ends.
func FuzzConn(f *testing.F) {
	text, err := os.ReadFile("testdata/tls12-chacha.keys")
	if err != nil {
		f.Fatal(err)
	}
	log := make(Log)
	log.Add(string(text))
	f.Add([]byte("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"), []byte("\x16\x03\x03\x00\x02\x02\x00"), uint16(3))
	f.Fuzz(func(t *testing.T, a, b []byte, gap uint16) {
		c := New(func() Log { return log })
		for side, bytes := range [][]byte{a, b, a, b} {
			for chunk := range slices.Chunk(bytes, 7) {
				if _, err := c.Write(side&1, chunk); err != nil {
					return
				}
			}
			c.Gap(side&1, int64(gap)+1)
		}
	})
}

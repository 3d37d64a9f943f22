package broken

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Run has a client with the fault run all cases of a suite that listens at base,
// by the URLs of the Autobahn test suite. Its name there is the fault's.
func (f Fault) Run(ctx context.Context, base string) error {
	text, err := ask(ctx, base, "getCaseCount", f.Name)
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("the number of cases is %.20q", text)
	}
	if err := f.runCases(ctx, base, count); err != nil {
		return err
	}
	_, err = ask(ctx, base, "updateReports", f.Name)
	return err
}

// together is how many cases run at a time.
const together = 16

// runCases runs all cases, and the first one again at the end: some faults show
// in a second connection only.
func (f Fault) runCases(ctx context.Context, base string, count int) error {
	slots, errs := make(chan struct{}, together), make(chan error, count)
	for n := 1; n <= count; n++ {
		slots <- struct{}{}
		go func() {
			errs <- f.runCase(ctx, base, n)
			<-slots
		}()
	}
	var all []error
	for range count {
		all = append(all, <-errs)
	}
	return errors.Join(append(all, f.runCase(ctx, base, 1))...)
}

func (f Fault) runCase(ctx context.Context, base string, n int) error {
	return visit(ctx, f.conduct(), base, "runCase", url.Values{"case": {strconv.Itoa(n)}, "agent": {f.Name}})
}

// ask returns the last message that comes for a question, from a client without
// fault.
func ask(ctx context.Context, base, what, agent string) (text string, err error) {
	c := faultless()
	c.reply = func(_ *session, m message) []message {
		text = string(m.data)
		return nil
	}
	err = visit(ctx, c, base, what, url.Values{"agent": {agent}})
	return text, err
}

// visit connects and does what is due there. The error says that there was no
// connection.
func visit(ctx context.Context, c conduct, base, path string, query url.Values) error {
	u, err := url.Parse(base)
	if err != nil {
		return err
	}
	u.Path = strings.TrimSuffix(u.Path, "/") + "/" + path
	u.RawQuery = query.Encode()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	s := &session{conduct: c, conn: conn, in: bufio.NewReader(conn)}
	if s.open(u) == nil {
		s.run()
	}
	return ctx.Err()
}

// open does the opening handshake.
func (s *session) open(u *url.URL) error {
	key := s.nonce()
	lines := []string{"GET " + u.RequestURI() + " HTTP/1.1", "Host: " + u.Host, "Upgrade: websocket",
		"Connection: Upgrade", "Sec-WebSocket-Key: " + key, "Sec-WebSocket-Version: 13",
		"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"}
	if err := s.putHead(s.request(lines)); err != nil {
		return err
	}
	h, err := readHead(s.in)
	if err != nil {
		return err
	}
	deflate, err := s.examine(h, key)
	if err != nil {
		return err
	}
	s.compress(deflate)
	return nil
}

func nonce() string {
	var b [16]byte
	rand.Read(b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}

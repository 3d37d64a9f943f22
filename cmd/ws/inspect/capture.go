package inspect

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/capture"
)

// captureReader inspects a capture.
type captureReader struct {
	*inspection
	*capture.Reader
	conns map[*capture.Conn]*suspect
	keys  keys
	tls   map[string][]string // by what is wrong: the addresses of connections that cannot be read
}

// readCapture inspects a capture.
func (i *inspection) readCapture(in *bufio.Reader) error {
	c, err := capture.NewReader(in)
	if err != nil {
		return err
	}
	return i.readPackets(c)
}

// readPackets inspects the packets of a capture.
func (i *inspection) readPackets(c *capture.Reader) error {
	keys, err := i.openKeys()
	if err != nil {
		return err
	}
	r := &captureReader{inspection: i, Reader: c, conns: make(map[*capture.Conn]*suspect), keys: keys, tls: make(map[string][]string)}
	defer r.keys.close()
	for err == nil {
		var e capture.Event
		if e, err = r.Next(); err == nil {
			err = r.event(e)
		}
	}
	r.sum()
	if r.keys.err != nil {
		return r.keys.err
	}
	return err
}

// event takes what happens on a connection, behind TLS if it is that.
func (r *captureReader) event(e capture.Event) error {
	s := r.conns[e.Conn]
	if s == nil {
		s = newSuspect(e.Conn)
		r.conns[e.Conn] = s
	}
	if s.secure == nil {
		return r.clear(s, e)
	}
	clear, err := s.secure.open(e)
	for _, e := range clear {
		if err := r.clear(s, e); err != nil {
			return err
		}
	}
	if err != nil {
		return r.unreadable(s, e, err)
	}
	return nil
}

// clear takes what happens on a connection in clear.
func (r *captureReader) clear(s *suspect, e capture.Event) error {
	switch {
	case s.known && s.is == nil:
		return nil
	case s.known:
		return r.happen(s.happening(e))
	}
	s.see(e)
	seen := s.seen
	switch {
	case s.tls && s.secure != nil: // in TLS
		s.known = true
	case s.tls:
		s.begin()
		s.secure = newSecure(r.secrets)
		return r.all(seen)
	case s.known && s.is != nil:
		s.seen = nil
		r.add(s.is)
		for _, e := range seen {
			if err := r.happen(s.happening(e)); err != nil {
				return err
			}
		}
	}
	return nil
}

// all takes several events.
func (r *captureReader) all(events []capture.Event) error {
	for _, e := range events {
		if err := r.event(e); err != nil {
			return err
		}
	}
	return nil
}

// unreadable says why TLS cannot be read, or not any more.
func (r *captureReader) unreadable(s *suspect, e capture.Event, why error) error {
	if s.is == nil {
		s.known, s.named = true, true
		text := why.Error()
		if len(r.secrets()) == 0 {
			text = "its secrets are missing, see -keylog"
		}
		r.tls[text] = append(r.tls[text], fmt.Sprintf("%s to %s", s.Addrs[0], s.Addrs[1]))
		return nil
	}
	h := s.happening(e)
	h.what, h.why = lost, "TLS: from here on nothing can be read: "+why.Error()
	return r.happen(h)
}

// sum says on stderr what is not shown.
func (r *captureReader) sum() {
	skipped := 0
	for _, s := range r.conns {
		if s.is == nil && !s.named {
			skipped++
		}
	}
	whys := make([]string, 0, len(r.tls))
	for why := range r.tls {
		whys = append(whys, why)
	}
	slices.Sort(whys)
	const most = 3
	for _, why := range whys {
		all := r.tls[why]
		if n := len(all); n > most {
			all = append(all[:most], fmt.Sprintf("and %d more", n-most))
		}
		fmt.Fprintf(r.env.Stderr, "ws: TLS that cannot be read (%s): %s\n", why, strings.Join(all, ", "))
	}
	if skipped > 0 {
		fmt.Fprintf(r.env.Stderr, "ws: TCP connections in which no WebSocket can be seen, skipped: %d\n", skipped)
	}
	if all, others := r.Packets(); len(r.conns) == 0 {
		fmt.Fprintf(r.env.Stderr, "ws: there is no TCP connection with data in %d packets, %d of which are of something else\n", all, others)
	}
	cut, fragmented := r.Damage()
	if cut > 0 {
		fmt.Fprintf(r.env.Stderr, "ws: packets that were cut when they were captured (tcpdump -s 0 takes all of them): %d\n", cut)
	}
	if fragmented > 0 {
		fmt.Fprintf(r.env.Stderr, "ws: packets of which fragments of IP are missing: %d\n", fragmented)
	}
}

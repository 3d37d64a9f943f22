package tls

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
)

// Conn is a connection that is read. Not safe for concurrent use.
type Conn struct {
	log    func() Log
	sides  [2]side
	client int    // the side that has sent the ClientHello
	random []byte // of the client, nil before that
	server []byte // the random of the server, nil before its ServerHello
	v13    bool
	suite  suite
	of12   [2]*keys // of client and server
}

// New returns a connection that begins. log returns the secrets that are known,
// and is asked when they are needed.
func New(log func() Log) *Conn { return &Conn{log: log} }

// Piece is what a side has sent.
type Piece struct {
	Side    int
	Data    []byte
	Missing int64 // or else bytes that are missing
}

// maxHeld bounds what waits for the other side's hello.
const maxHeld = 1 << 20

// Write takes bytes of a side, 0 or 1, and returns the data that can be read by
// them. An error is for good, and says why the connection cannot be read.
func (c *Conn) Write(from int, b []byte) (all []Piece, err error) {
	c.sides[from].write(b)
	for range 2 { // what one has said may be what the other has waited for
		for i := range c.sides {
			if err = c.read(i, &all); err != nil {
				return all, err
			}
		}
	}
	if len(c.sides[from].in) > maxHeld {
		return all, errors.New("one side speaks, the other's ServerHello is missing")
	}
	return all, nil
}

// Gap says that bytes of a side are missing, and returns what data that is if it
// is known.
func (c *Conn) Gap(from int, missing int64) []Piece {
	s := &c.sides[from]
	if n, ok := s.gap(missing, c.v13); ok {
		return []Piece{{Side: from, Missing: n}}
	}
	return nil
}

// read reads the records of a side as far as that goes.
func (c *Conn) read(i int, all *[]Piece) error {
	s := &c.sides[i]
	for {
		record, ok, err := s.next()
		if err != nil || !ok {
			return err
		}
		if s.keys == nil && record[0] == applicationData {
			switch {
			case c.random == nil:
				return errBegun
			case c.server == nil:
				return nil // it waits
			}
			return errKeys
		}
		missing, content, kind, err := s.open(record, c.v13)
		if err != nil {
			return err
		}
		if missing > 0 {
			*all = append(*all, Piece{Side: i, Missing: missing})
		}
		s.in = s.in[len(record):]
		switch kind {
		case applicationData:
			if len(content) > 0 {
				*all = append(*all, Piece{Side: i, Data: content})
			}
		case changeCipherSpec:
			err = c.changed(i)
		case handshake:
			err = c.handshake(i, content)
		}
		if err != nil {
			return err
		}
	}
}

// handshake takes bytes of handshake messages.
func (c *Conn) handshake(i int, b []byte) error {
	s := &c.sides[i]
	if !c.v13 && s.keys != nil {
		return nil // they end the handshake of TLS 1.2
	}
	s.messages = append(s.messages, b...)
	for len(s.messages) >= 4 {
		m := s.messages
		size := 4 + (int(m[1])<<16 | int(m[2])<<8 | int(m[3]))
		if len(m) < size {
			if size > maxHeld {
				return errors.New("a handshake message is too long")
			}
			return nil
		}
		s.messages = m[size:]
		if err := c.message(i, m[0], m[4:size]); err != nil {
			return err
		}
	}
	return nil
}

// message takes a handshake message.
func (c *Conn) message(i int, kind byte, body []byte) error {
	switch kind {
	case clientHello:
		h, ok := parseHello(body, false)
		if !ok {
			return errors.New("the ClientHello cannot be read")
		}
		c.client, c.random = i, h.random
	case serverHello:
		return c.hello(i, body)
	case finished:
		if c.v13 {
			return c.traffic(i)
		}
	case keyUpdate:
		return c.update(i)
	}
	return nil
}

// hello takes the ServerHello.
func (c *Conn) hello(i int, body []byte) error {
	h, ok := parseHello(body, true)
	switch {
	case !ok:
		return errors.New("the ServerHello cannot be read")
	case c.random == nil || i == c.client:
		return errBegun
	case bytes.Equal(h.random, retry):
		return nil
	}
	c.server, c.v13 = h.random, h.version == tls.VersionTLS13
	if c.suite, ok = knownSuites[h.suite]; !ok || h.version < tls.VersionTLS12 {
		return fmt.Errorf("%s with %s cannot be read", tls.VersionName(h.version), tls.CipherSuiteName(h.suite))
	}
	if c.v13 {
		return c.keysOf13(clientHandshake, serverHandshake)
	}
	master := c.log().secret(masterSecret, c.random)
	if master == nil {
		return errNoSecret
	}
	var err error
	c.of12, err = c.suite.keysOf12(master, c.random, c.server)
	return err
}

// What may be missing altogether.
var (
	errNoSecret = errors.New("the key log has no secrets for it")
	errBegun    = errors.New("its handshake is not in the capture")
)

// keysOf13 sets the first keys of both sides.
func (c *Conn) keysOf13(ofClient, ofServer string) error {
	for i := range c.sides {
		label := ofServer
		if i == c.client {
			label = ofClient
		}
		if err := c.use(i, c.log().secret(label, c.random)); err != nil {
			return err
		}
	}
	return nil
}

// use has a side's records opened with the keys of a secret.
func (c *Conn) use(i int, secret []byte) (err error) {
	if secret == nil {
		return errNoSecret
	}
	s := &c.sides[i]
	s.secret = secret
	s.keys, err = c.suite.keysOf13(secret)
	return err
}

// traffic goes over to the secrets of data, after a Finished.
func (c *Conn) traffic(i int) error {
	label := serverTraffic
	if i == c.client {
		label = clientTraffic
	}
	return c.use(i, c.log().secret(label, c.random))
}

// update goes over to the next secret of a side (RFC 8446, section 7.2).
func (c *Conn) update(i int) error {
	if !c.v13 {
		return nil
	}
	next, err := c.suite.expand(c.sides[i].secret, "traffic upd", c.suite.hash.Size())
	if err != nil {
		return err
	}
	return c.use(i, next)
}

// changed has a side of TLS 1.2 encrypted from here on. To TLS 1.3 it means
// nothing.
func (c *Conn) changed(i int) error {
	if c.v13 || c.server == nil {
		return nil
	}
	k := c.of12[1]
	if i == c.client {
		k = c.of12[0]
	}
	if c.sides[i].keys != nil {
		return errors.New("its keys change in the middle, which cannot be read")
	}
	c.sides[i].keys = k
	return nil
}

package server

import (
	"net/http"
	"strings"

	"github.com/seed372fb791/rfc6455/handshake"
)

// checked is what Options mean, as far as that has to be found out, or why they mean nothing.
type checked struct {
	origins []originPattern
	err     error
}

func (o *Options) parse() (c checked) {
	if c.origins, c.err = o.parseOrigins(); c.err != nil {
		return c
	}
	if err := o.Compression.Check(); err != nil {
		text := strings.TrimPrefix(err.Error(), "websocket: ")
		c.err = &handshake.Error{Status: http.StatusInternalServerError, Text: text}
	}
	return c
}

// parsed returns s.Options, which are parsed once.
func (s *Server) parsed() checked {
	s.checking.Do(func() { s.checked = s.parse() })
	return s.checked
}

// check returns why s cannot serve.
func (s *Server) check() error {
	if s.Handle == nil {
		return &handshake.Error{Status: http.StatusInternalServerError, Text: "Server.Handle is nil"}
	}
	return s.parsed().err
}

package inspect

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/protocol"
)

// har is what counts of a HAR file, as the tools of browsers export it.
type har struct {
	Log struct {
		Entries []harEntry
	}
}

// harEntry is a request with what came of it.
type harEntry struct {
	Started  time.Time `json:"startedDateTime"`
	Server   string    `json:"serverIPAddress"`
	Request  harHead
	Response harHead
	Messages []harMessage `json:"_webSocketMessages"`
}

// harHead is the head of a request or of a response.
type harHead struct {
	Method, URL string
	Status      int
	StatusText  string
	Headers     []struct{ Name, Value string }
}

// harMessage is a message of WebSocket.
type harMessage struct {
	Type   string  // "send" or "receive"
	Time   float64 // in seconds since 1970
	Opcode int
	Data   string // in base64 if it is binary
}

// parseHAR reads a HAR file, or reports that text is none.
func parseHAR(text string) (file har, ok bool) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return file, false
	}
	var is struct {
		Log *struct{ Entries []json.RawMessage }
	}
	if json.Unmarshal([]byte(text), &is) != nil || is.Log == nil {
		return file, false
	}
	return file, json.Unmarshal([]byte(text), &file) == nil
}

// readHAR inspects the WebSocket connections in a HAR file.
func (i *inspection) readHAR(file har) error {
	found := false
	var began time.Time
	for _, e := range file.Log.Entries {
		if len(e.Messages) == 0 && !e.Request.asks() {
			continue
		}
		if found = true; began.IsZero() {
			began = e.Started
		}
		if err := i.entry(e, began); err != nil {
			return err
		}
	}
	if !found {
		return errors.New("there is no WebSocket connection in the HAR file: no entry has _webSocketMessages")
	}
	return nil
}

// entry inspects a connection. Times count from began.
func (i *inspection) entry(e harEntry, began time.Time) error {
	c := shownByClient(framesOnly(unknownLimits))
	c.began, c.addrs[protocol.Server] = e.Started, e.Server
	c.title = []string{e.Request.URL, "From a HAR file, which has messages and no frames: each is shown as one frame, not compressed, with a masking key of zeros."}
	at := e.Started.Sub(began)
	i.add(c)
	if e.Request.asks() {
		c.session = dissect.NewSession(unknownLimits)
		if err := i.happen(happening{to: c, at: at, from: protocol.Client, data: []byte(e.Request.request())}); err != nil {
			return err
		}
		if err := i.happen(happening{to: c, at: at, from: protocol.Server, data: []byte(e.Response.response())}); err != nil {
			return err
		}
	}
	for n, m := range e.Messages {
		h, err := m.happening(began)
		if err != nil {
			return fmt.Errorf("message %d to or from %s: %w", n+1, e.Request.URL, err)
		}
		if h.to = c; h.data == nil {
			continue
		}
		if err := i.happen(h); err != nil {
			return err
		}
	}
	if err := i.close(c); err != nil {
		return err
	}
	return i.advance()
}

// happening is a message as one frame, or nothing if it is none.
func (m harMessage) happening(began time.Time) (h happening, err error) {
	header := protocol.Header{Fin: true, Opcode: protocol.Opcode(m.Opcode & 15)}
	switch m.Type {
	case "send":
		h.from, header.Masked = protocol.Client, true
	case "receive":
		h.from = protocol.Server
	default: // an error that the browser has written down
		return h, nil
	}
	data := []byte(m.Data)
	if header.Opcode != protocol.OpText {
		if data, err = base64.StdEncoding.DecodeString(m.Data); err != nil {
			return h, err
		}
	}
	header.Length = uint64(len(data))
	h.at = max(0, time.Unix(0, int64(m.Time*1e9)).Sub(began).Round(time.Microsecond))
	h.data = append(protocol.AppendHeader(nil, header), data...)
	return h, nil
}

// asks reports whether a request is whole enough to be shown as an opening
// handshake.
func (h harHead) asks() bool {
	for _, one := range h.Headers {
		if strings.EqualFold(one.Name, "Sec-WebSocket-Key") {
			return true
		}
	}
	return false
}

// request returns the head of a request.
func (h harHead) request() string {
	target := h.URL
	if u, err := url.Parse(h.URL); err == nil {
		target = u.RequestURI()
	}
	return fmt.Sprintf("%s %s HTTP/1.1\r\n", h.Method, target) + h.fields()
}

// response returns the head of a response.
func (h harHead) response() string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\n", h.Status, h.StatusText) + h.fields()
}

// fields returns the fields of a head, and the empty line behind them.
func (h harHead) fields() string {
	var b strings.Builder
	for _, one := range h.Headers {
		if !strings.HasPrefix(one.Name, ":") {
			fmt.Fprintf(&b, "%s: %s\r\n", one.Name, strings.ReplaceAll(one.Value, "\n", ", "))
		}
	}
	return b.String() + "\r\n"
}

package client

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
)

// The body of a refusal helps to find out what is wrong. More than this of it does not.
const (
	maxRefusalBody = 16 << 10
	refusalTime    = 5 * time.Second
)

// readRefusal returns the response of h with the beginning of its body in memory, and that: what came until the time
// was over or l was closed. An invalid body is none.
//
//rfc:6455-4.1-37
func readRefusal(l link, h head) (resp *http.Response, body []byte) {
	defer time.AfterFunc(refusalTime, func() { l.socket.Close() }).Stop()
	stream := io.MultiReader(bytes.NewReader(h.bytes), l)
	// How a body is delimited is net/http's business.
	resp, err := http.ReadResponse(bufio.NewReader(stream), h.resp.Request)
	if err != nil {
		return h.resp, nil
	}
	body, _ = io.ReadAll(io.LimitReader(resp.Body, maxRefusalBody)) // what there is of it
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, body
}

// wantsTLS is what net/http, nginx and Apache say to a request that comes without TLS where they speak it.
var wantsTLS = []string{
	"HTTP request to an HTTPS server", "HTTP request was sent to HTTPS port", "plain HTTP to an SSL-enabled server port",
}

// hintRefusal returns err, a refusal with the status and body, with a hint if the URL may have the wrong scheme.
func hintRefusal(err error, status int, body []byte) error {
	said := func(text string) bool { return bytes.Contains(body, []byte(text)) }
	var e *handshake.Error
	if status != http.StatusBadRequest || !slices.ContainsFunc(wantsTLS, said) || !errors.As(err, &e) {
		return err
	}
	hinted := *e
	hinted.Text += ", as it speaks TLS: is the URL wss?"
	return &hinted
}

package client

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"time"
)

// The body of a refusal helps to find out what is wrong. More than this of it does not.
const (
	maxRefusalBody = 16 << 10
	refusalTime    = 5 * time.Second
)

// readRefusal returns the response of h with the beginning of its body in memory: what came until the time was
// over or l was closed. An invalid body is none.
//
//rfc:6455-4.1-37
func readRefusal(l link, h head) *http.Response {
	defer time.AfterFunc(refusalTime, func() { l.socket.Close() }).Stop()
	stream := io.MultiReader(bytes.NewReader(h.bytes), l)
	// How a body is delimited is net/http's business.
	resp, err := http.ReadResponse(bufio.NewReader(stream), h.resp.Request)
	if err != nil {
		return h.resp
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusalBody)) // what there is of it
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp
}

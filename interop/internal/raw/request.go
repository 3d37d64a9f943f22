package raw

import (
	"bufio"
	"net/http"
	"strings"
)

// Request returns an opening handshake that breaks no rule, with more fields if
// some are given, such as "Origin: https://example.com".
func Request(host, path string, fields ...string) []byte {
	lines := append([]string{
		"GET " + path + " HTTP/1.1",
		"Host: " + host,
		"Upgrade: websocket",
		"Connection: Upgrade",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
		"Sec-WebSocket-Version: 13",
	}, fields...)
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n")
}

// Status reads the head of the response, and returns its status.
func Status(r *bufio.Reader) (int, error) {
	response, err := http.ReadResponse(r, nil)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, nil
}

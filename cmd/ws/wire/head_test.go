package wire

import (
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Host and Origin go together, and nothing else changes.
func TestHost(t *testing.T) {
	for head, want := range map[string]string{
		"GET / HTTP/1.1\r\nHost: old:1\r\nOrigin: http://old:1\r\nX: old:1\r\n\r\n": "GET / HTTP/1.1\r\nHost: new:2\r\nOrigin: https://new:2\r\nX: old:1\r\n\r\n",
		"GET / HTTP/1.1\r\norigin:https://OLD \r\nhOST:  old\r\n\r\n":               "GET / HTTP/1.1\r\norigin:https://new:2 \r\nhOST:  new:2\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: t\r\nOrigin: http://elsewhere\r\n\r\n":             "GET / HTTP/1.1\r\nHost: new:2\r\nOrigin: http://elsewhere\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: old\r\nOrigin: null\r\n\r\n":                       "GET / HTTP/1.1\r\nHost: new:2\r\nOrigin: null\r\n\r\n",
		"Host: old HTTP/1.1\r\n\r\nHost":                                            "Host: old HTTP/1.1\r\n\r\nHost",
		"":                                                                          "",
	} {
		if diff := cmp.Diff(want, string(Host([]byte(head), &url.URL{Scheme: "wss", Host: "new:2"}))); diff != "" {
			t.Errorf("%q: %s", head, diff)
		}
	}
}

func TestTarget(t *testing.T) {
	for head, want := range map[string]string{
		"GET /a b HTTP/1.1\r\n\r\n":        "GET /new b HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.1\r\nA: b c\r\n\r\n": "GET /new HTTP/1.1\r\nA: b c\r\n\r\n",
		"GET":                              "GET",
	} {
		if got := string(Target([]byte(head), "/new")); got != want {
			t.Errorf("%q: %q", head, got)
		}
	}
}

// Every head is changed, up to the frames, however the bytes were cut.
func TestHeads(t *testing.T) {
	const get, ask = "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"
	for sent, want := range map[string]string{
		get + ask + ask + "\x81\x80aaaa" + get:                  "[" + get + "][" + ask + "][" + ask + "]\x81\x80aaaa" + get,
		"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nGET" + get: "[POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n]GET[" + get + "]",
		"no HTTP":            "no HTTP",
		ask + "GET / HTTP/1": "[" + ask + "]GET / HTTP/1",
	} {
		for _, size := range []int{1, 7, len(sent)} {
			h := NewHeads(func(head []byte) []byte { return []byte("[" + string(head) + "]") })
			got := ""
			for chunk := range slices.Chunk([]byte(sent), size) {
				got += string(h.Pass(chunk))
			}
			got += string(h.Rest())
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q by %d: %s", sent, size, diff)
			}
		}
	}
}

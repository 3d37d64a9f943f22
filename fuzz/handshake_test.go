package fuzz

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
)

// checkPrefixes checks what every parser of a head has to do with less and
// with more than the head: parse(b) succeeded with n bytes.
func checkPrefixes(t *testing.T, b []byte, n int, parse func([]byte) (int, error)) {
	t.Helper()
	if n <= 0 || n > len(b) || n > 16384 {
		t.Fatalf("a head of %d bytes in %d", n, len(b))
	}
	for _, more := range []string{"", "\r\n", "\x81\x85"} {
		if m, err := parse(append(b[:n:n], more...)); m != n || err != nil {
			t.Fatalf("with %q behind: %d bytes, %v", more, m, err)
		}
	}
	for _, cut := range []int{0, 1, n / 3, n / 2, n - 4, n - 2, n - 1} {
		if _, err := parse(b[:max(0, cut)]); err != io.ErrUnexpectedEOF {
			t.Fatalf("first %d bytes of %d: %v", cut, n, err)
		}
	}
}

// checkRefusal checks that a failure to parse is final, however much follows,
// and says which rule was broken.
func checkRefusal(t *testing.T, err error, b []byte, parse func([]byte) (int, error)) {
	t.Helper()
	if err == io.ErrUnexpectedEOF {
		return
	}
	var refused *handshake.Error
	if !errors.As(err, &refused) || refused.Rule == "" || refused.Text == "" {
		t.Fatalf("error without a rule: %v", err)
	}
	if _, err := parse(append(b[:len(b):len(b)], "\r\n\r\n"...)); err == nil || err == io.ErrUnexpectedEOF {
		t.Fatalf("refused (%v), and not with more behind: %v", refused, err)
	}
}

// A request that is accepted can be answered so that its client is content.
func FuzzRequest(f *testing.F) {
	for _, head := range handshakes(f, "server") {
		f.Add(head)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		parse := func(b []byte) (int, error) {
			_, n, err := handshake.ParseRequest(b, handshake.Limits{})
			return n, err
		}
		r, n, err := handshake.ParseRequest(b, handshake.Limits{})
		if err != nil {
			checkRefusal(t, err, b, parse)
			return
		}
		checkPrefixes(t, b, n, parse)
		request, err := handshake.CheckRequest(r)
		var refused *handshake.Error
		if errors.As(err, &refused) {
			checkAnswer(t, handshake.AppendRefusal(nil, refused, nil), refused.Status)
			return
		}
		if err != nil {
			t.Fatalf("error %T", err)
		}
		answer, err := handshake.AppendResponse(nil, handshake.Response{Key: request.Key, Extensions: request.Extensions})
		if err != nil {
			t.Fatalf("%+v cannot be answered: %v", request, err)
		}
		response := checkAnswer(t, answer, http.StatusSwitchingProtocols)
		offer := handshake.Offer{Key: request.Key, Extensions: request.Extensions}
		if _, err := handshake.CheckResponse(response, offer); err != nil {
			t.Fatalf("the client refuses %q: %v", answer, err)
		}
	})
}

// checkAnswer checks that an answer of ours is one that we can read.
func checkAnswer(t *testing.T, answer []byte, status int) *http.Response {
	t.Helper()
	response, _, err := handshake.ParseResponse(answer, handshake.Limits{Bytes: len(answer)})
	if err != nil || response.StatusCode != status {
		t.Fatalf("answer %q: %v", answer, err)
	}
	return response
}

// A response that is accepted holds nothing that was not offered.
func FuzzResponse(f *testing.F) {
	for _, head := range handshakes(f, "client") {
		f.Add(head)
	}
	offer := handshake.Offer{
		Key:          "dGhlIHNhbXBsZSBub25jZQ==",
		Subprotocols: []string{"chat", "superchat"},
		Extensions:   []handshake.Extension{{Name: "permessage-deflate"}, {Name: "x-a"}},
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		parse := func(b []byte) (int, error) {
			_, n, err := handshake.ParseResponse(b, handshake.Limits{})
			return n, err
		}
		response, n, err := handshake.ParseResponse(b, handshake.Limits{})
		if err != nil {
			checkRefusal(t, err, b, parse)
			return
		}
		checkPrefixes(t, b, n, parse)
		accepted, err := handshake.CheckResponse(response, offer)
		if err != nil {
			var refused *handshake.Error
			if !errors.As(err, &refused) {
				t.Fatalf("error %T", err)
			}
			return
		}
		checkAccepted(t, response, offer, accepted)
	})
}

func checkAccepted(t *testing.T, response *http.Response, offer handshake.Offer, accepted handshake.Accepted) {
	t.Helper()
	if response.StatusCode != http.StatusSwitchingProtocols ||
		response.Header.Get("Sec-WebSocket-Accept") != handshake.AcceptKey(offer.Key) {
		t.Fatalf("accepted: %+v", response)
	}
	if accepted.Subprotocol != "" && !slices.Contains(offer.Subprotocols, accepted.Subprotocol) {
		t.Fatalf("subprotocol %q was not offered", accepted.Subprotocol)
	}
	for _, extension := range accepted.Extensions {
		if extension.Name != "permessage-deflate" && extension.Name != "x-a" {
			t.Fatalf("extension %q was not offered", extension.Name)
		}
	}
}

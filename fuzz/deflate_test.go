package fuzz

import (
	"errors"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
)

// deflateSeeds are fields with elements of permessage-deflate, good and bad.
var deflateSeeds = []string{
	"permessage-deflate",
	"permessage-deflate; client_max_window_bits",
	"permessage-deflate; client_max_window_bits; server_max_window_bits=10, permessage-deflate; client_max_window_bits",
	`permessage-deflate; client_max_window_bits="9"; server_max_window_bits=8; client_no_context_takeover; server_no_context_takeover`,
	"permessage-deflate; server_max_window_bits=08, x-a; b=c, permessage-deflate; server_max_window_bits=15",
	"permessage-deflate; server_max_window_bits; server_max_window_bits",
	"permessage-deflate; client_max_window_bits=16; unknown",
	"permessage-deflate; server_no_context_takeover=1, permessage-deflate; client_no_context_takeover",
	"x-webkit-deflate-frame",
}

// deflateWish returns the wish that n stands for: any of those that mean something, and some that do not.
func deflateWish(n uint16) handshake.Deflate {
	return handshake.Deflate{
		ServerNoContextTakeover: n&1 != 0,
		ClientNoContextTakeover: n&2 != 0,
		ServerMaxWindowBits:     int(n >> 2 & 31),
		ClientMaxWindowBits:     int(n >> 7 & 31),
	}
}

// checkBound fails unless bits are valid and not above the wish.
func checkBound(t *testing.T, bits, wish int) {
	t.Helper()
	if wish < 8 || wish > 15 {
		wish = 15
	}
	if bits < 8 || bits > wish {
		t.Fatalf("window of %d bits, wished for %d", bits, wish)
	}
}

// checkServer checks what a server wishes for against what it has agreed to. The client's window is either
// bounded or not kept.
func checkServer(t *testing.T, want, agreed handshake.Deflate) {
	t.Helper()
	checkBound(t, agreed.ServerMaxWindowBits, want.ServerMaxWindowBits)
	if agreed.ClientNoContextTakeover {
		checkBound(t, agreed.ClientMaxWindowBits, 15)
	} else {
		checkBound(t, agreed.ClientMaxWindowBits, want.ClientMaxWindowBits)
	}
	if want.ServerNoContextTakeover && !agreed.ServerNoContextTakeover ||
		want.ClientNoContextTakeover && !agreed.ClientNoContextTakeover {
		t.Fatalf("context takeover: %+v, wished for %+v", agreed, want)
	}
}

// Whatever a client offers, what the server accepts meets the server's own wishes, and the response can be sent
// and read back. If the offer was one of ours the client is content with it.
func FuzzAcceptDeflate(f *testing.F) {
	for i, field := range deflateSeeds {
		f.Add(field, uint16(i*173), uint16(i*977))
	}
	f.Fuzz(func(t *testing.T, field string, server, client uint16) {
		want := deflateWish(server)
		offers, err := handshake.ParseExtensions([]string{field})
		if err == nil {
			if response, agreed, ok := handshake.AcceptDeflate(offers, want); ok {
				checkServer(t, want, agreed)
				sent(t, response)
			} else if response.Name != "" || agreed != (handshake.Deflate{}) {
				t.Fatalf("declined with %+v, %+v", response, agreed)
			}
		}
		wish := deflateWish(client)
		offers = append([]handshake.Extension{{Name: "x-other"}}, sent(t, handshake.OfferDeflate(wish))...)
		response, agreed, ok := handshake.AcceptDeflate(offers, want)
		if !ok {
			t.Fatalf("our own offer is declined: %+v", offers)
		}
		checkServer(t, want, agreed)
		if got, ok, err := handshake.CheckDeflate(sent(t, response), wish); got != agreed || !ok || err != nil {
			t.Fatalf("response %+v: %+v, %v, want %+v", response, got, err, agreed)
		}
	})
}

// sent returns what the other side reads of an element.
func sent(t *testing.T, e handshake.Extension) []handshake.Extension {
	t.Helper()
	field := string(handshake.AppendExtensions(nil, []handshake.Extension{e}))
	list, err := handshake.ParseExtensions([]string{field})
	if err != nil || len(list) != 1 {
		t.Fatalf("%q: %+v, %v", field, list, err)
	}
	return list
}

// Whatever a server answers, the client finds what is wrong with it or can bear it.
func FuzzCheckDeflate(f *testing.F) {
	for i, field := range deflateSeeds {
		f.Add(field, uint16(i*173))
	}
	f.Fuzz(func(t *testing.T, field string, client uint16) {
		response, err := handshake.ParseExtensions([]string{field})
		if err != nil {
			return
		}
		want := deflateWish(client)
		agreed, ok, err := handshake.CheckDeflate(response, want)
		if err != nil || !ok {
			var e *handshake.Error
			if agreed != (handshake.Deflate{}) || err != nil && (ok || !errors.As(err, &e) || e.Rule == "") {
				t.Fatalf("%+v, %v, %v", agreed, ok, err)
			}
			return
		}
		checkBound(t, agreed.ServerMaxWindowBits, want.ServerMaxWindowBits)
		checkBound(t, agreed.ClientMaxWindowBits, want.ClientMaxWindowBits)
		if want.ClientNoContextTakeover && !agreed.ClientNoContextTakeover {
			t.Fatalf("context takeover: %+v, wished for %+v", agreed, want)
		}
	})
}

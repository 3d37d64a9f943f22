package handshake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parsed returns the extensions of header fields.
func parsed(t testing.TB, fields ...string) []Extension {
	t.Helper()
	list, err := ParseExtensions(fields)
	if err != nil {
		t.Fatalf("%q: %v", fields, err)
	}
	return list
}

// text writes an element as in a header field, "" for none.
func text(e Extension) string {
	if e.Name == "" {
		return ""
	}
	return string(AppendExtensions(nil, []Extension{e}))
}

// The examples of section 7.1.3.
//
//rfc:7692-3-1 7692-4-2 7692-5-3 7692-5-4 7692-5-10 7692-5-12 7692-7-1 7692-7-3 7692-7.1.2.1-6 7692-7.1.2.2-10
//rfc:7692-7.1.3-1 6455-9-2 6455-9.1-5 6455-9.2-1
func TestSection7_1_3Examples(t *testing.T) {
	const bounded = "permessage-deflate; client_max_window_bits; server_max_window_bits=10"
	for _, c := range []struct{ offers, response string }{
		{"permessage-deflate", "permessage-deflate"},
		{bounded, "permessage-deflate; server_max_window_bits=10"},
		{bounded + ", permessage-deflate; client_max_window_bits", "permessage-deflate; server_max_window_bits=10"},
		{"permessage-deflate; client_max_window_bits, " + bounded, "permessage-deflate"},
	} {
		response, _, ok := AcceptDeflate(parsed(t, c.offers), Deflate{})
		if text(response) != c.response || !ok {
			t.Errorf("%s\naccepted as %s, want %s", c.offers, text(response), c.response)
		}
	}
}

// Every combination of parameters is accepted, in any order; requests are met and hints taken.
//
//rfc:7692-5-5 7692-5-11 7692-5-13 7692-5-14 7692-7-3 7692-7-7 7692-7.1.1.1-5 7692-7.1.1.1-7 7692-7.1.2.1-4
//rfc:7692-7.1.2.1-6 7692-7.1.2.2-2 7692-7.1.2.2-6 7692-7.1.2.2-7 7692-7.1.2.2-10 6455-9-4
func TestSection7_1EveryOffer(t *testing.T) {
	for _, server := range []string{"", "; server_no_context_takeover"} {
		for _, client := range []string{"", "; client_no_context_takeover"} {
			for serverBits := range 9 {
				for clientBits := range 10 {
					offer := "permessage-deflate" + bitsText(clientMaxWindowBits, clientBits) + client +
						bitsText(serverMaxWindowBits, serverBits) + server
					if clientBits == 9 {
						offer += "; client_max_window_bits"
					}
					want := "permessage-deflate" + server + client + bitsText(serverMaxWindowBits, serverBits)
					if clientBits < 8 {
						want += bitsText(clientMaxWindowBits, clientBits)
					}
					response, agreed, ok := AcceptDeflate(parsed(t, offer), Deflate{})
					if text(response) != want || !ok {
						t.Errorf("%s\naccepted as %s\n       want %s", offer, text(response), want)
					}
					wantAgreed := Deflate{server != "", client != "", orFree(serverBits), orFree(clientBits)}
					if diff := cmp.Diff(wantAgreed, agreed); diff != "" {
						t.Errorf("%s: agreed (-want +got):\n%s", offer, diff)
					}
				}
			}
		}
	}
}

// bitsText returns a parameter with 8 to 15 for 1 to 8, none otherwise.
func bitsText(name string, i int) string {
	if i < 1 || i > 8 {
		return ""
	}
	return fmt.Sprintf("; %s=%d", name, 7+i)
}

// orFree returns the bits that bitsText writes, 15 without.
func orFree(i int) int {
	if i < 1 || i > 8 {
		return 15
	}
	return 7 + i
}

// What a server wishes for goes into its response, whether it was offered or not, but for the client's window:
// without client_max_window_bits in the offer, the client is asked not to keep it.
//
//rfc:7692-5-9 7692-5-12 7692-5-13 7692-7.1.1.1-8 7692-7.1.1.2-4 7692-7.1.2.1-6 7692-7.1.2.1-7 7692-7.1.2.1-8
//rfc:7692-7.1.2.2-6 7692-7.1.2.2-7 7692-7.1.2.2-8 7692-7.1.2.2-10
func TestSection7_1ServerWishes(t *testing.T) {
	for _, c := range []struct {
		want            Deflate
		offer, response string // behind the name
		agreed          Deflate
	}{
		{Deflate{ServerNoContextTakeover: true}, "", "; server_no_context_takeover", Deflate{true, false, 15, 15}},
		{Deflate{ClientNoContextTakeover: true}, "", "; client_no_context_takeover", Deflate{false, true, 15, 15}},
		{Deflate{ServerMaxWindowBits: 15, ClientMaxWindowBits: 15}, "", "", Deflate{false, false, 15, 15}},
		{Deflate{ServerMaxWindowBits: 9}, "", "; server_max_window_bits=9", Deflate{false, false, 9, 15}},
		{Deflate{ServerMaxWindowBits: 9}, "; server_max_window_bits=8", "; server_max_window_bits=8", Deflate{false, false, 8, 15}},
		{Deflate{ServerMaxWindowBits: 9}, "; server_max_window_bits=9", "; server_max_window_bits=9", Deflate{false, false, 9, 15}},
		{Deflate{ServerMaxWindowBits: 9}, "; server_max_window_bits=10", "; server_max_window_bits=9", Deflate{false, false, 9, 15}},
		{Deflate{ClientMaxWindowBits: 9}, "", "; client_no_context_takeover", Deflate{false, true, 15, 15}},
		{Deflate{ClientMaxWindowBits: 9}, "; client_max_window_bits", "; client_max_window_bits=9", Deflate{false, false, 15, 9}},
		{Deflate{ClientMaxWindowBits: 9}, "; client_max_window_bits=8", "; client_max_window_bits=8", Deflate{false, false, 15, 8}},
		{Deflate{ClientMaxWindowBits: 9}, "; client_max_window_bits=9", "; client_max_window_bits=9", Deflate{false, false, 15, 9}},
		{Deflate{ClientMaxWindowBits: 9}, "; client_max_window_bits=10", "; client_max_window_bits=9", Deflate{false, false, 15, 9}},
		{
			Deflate{true, true, 12, 11}, "; client_max_window_bits; server_max_window_bits=15",
			"; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=11",
			Deflate{true, true, 12, 11},
		},
	} {
		response, agreed, ok := AcceptDeflate(parsed(t, "permessage-deflate"+c.offer), c.want)
		if got := text(response); got != "permessage-deflate"+c.response || agreed != c.agreed || !ok {
			t.Errorf("offer %q, wish %+v\n got %q, %+v\nwant %q, %+v", c.offer, c.want, got, agreed, c.response, c.agreed)
		}
	}
}

// badParams are wrong in an offer and in a response, with the rule that is broken in the response.
var badParams = []struct{ params, rule string }{
	{"; unknown", "7692-7-8"},
	{"; unknown=1", "7692-7-8"},
	{"; Server_no_context_takeover", "7692-7-8"},
	{"; max_window_bits=10", "7692-7-8"},
	{"; server_no_context_takeover; unknown", "7692-7-8"},
	{"; unknown; unknown", "7692-7-8"},
	{"; server_no_context_takeover=1", "7692-7.1.1.1-6"},
	{"; server_no_context_takeover=true", "7692-7.1.1.1-6"},
	{"; client_no_context_takeover=0", "7692-7.1.1.2-5"},
	{"; server_max_window_bits", "7692-7.1.2.1-7"},
	{"; server_no_context_takeover; server_no_context_takeover", "7692-7-10"},
	{"; client_no_context_takeover; client_max_window_bits=9; client_no_context_takeover", "7692-7-10"},
	{"; server_max_window_bits=10; server_max_window_bits=10", "7692-7-10"},
	{"; server_max_window_bits=10; server_max_window_bits=11", "7692-7-10"},
	{"; client_max_window_bits=10; client_max_window_bits=10", "7692-7-10"},
	{"; client_max_window_bits=10; client_max_window_bits", "7692-7-10"},
	{"; client_max_window_bits=16; client_max_window_bits", "7692-7.1.2.2-8"},
	{"; server_max_window_bits=+9", "7692-7.1.2.1-7"},
	{"; server_max_window_bits=-9", "7692-7.1.2.1-7"},
	{"; server_max_window_bits=0x9", "7692-7.1.2.1-7"},
	{"; server_max_window_bits=1_0", "7692-7.1.2.1-7"},
	{"; server_max_window_bits=10.", "7692-7.1.2.1-7"},
	{"; server_max_window_bits=1e1", "7692-7.1.2.1-7"},
	{"; server_max_window_bits=ten", "7692-7.1.2.1-7"},
	{"; server_max_window_bits=18446744073709551626", "7692-7.1.2.1-7"}, // 2 to the power of 64, and 10
	{"; client_max_window_bits=+9", "7692-7.1.2.2-8"},
	{"; client_max_window_bits=true", "7692-7.1.2.2-8"},
}

// A server declines an offer that is wrong, and takes the next.
//
//rfc:7692-3-1 7692-5-3 7692-5-4 7692-5-20 7692-7-4 7692-7-5 7692-7-6 7692-7.1.1.1-2 7692-7.1.1.2-2 7692-7.1.2.1-2
//rfc:7692-7.1.2.2-3 7692-7.1.3-1 6455-9-4 6455-9.1-6
func TestSection7Declined(t *testing.T) {
	for _, c := range badParams {
		bad := "permessage-deflate" + c.params
		if response, agreed, ok := AcceptDeflate(parsed(t, bad), Deflate{}); ok || response.Name != "" || agreed != (Deflate{}) {
			t.Errorf("%s is accepted: %s, %+v", bad, text(response), agreed)
		}
		const good, other = "permessage-deflate; server_max_window_bits=11", "permessage-deflate; server_max_window_bits=12"
		for _, fields := range [][]string{{bad, good, other}, {bad + ", " + good, other}, {good, bad}, {"x-other; a", bad, good}} {
			response, _, ok := AcceptDeflate(parsed(t, fields...), Deflate{})
			if text(response) != good || !ok {
				t.Errorf("%q accepted as %s, want %s", fields, text(response), good)
			}
		}
	}
}

// Extensions by other names are none of ours.
//
//rfc:7692-3-1 7692-5-20 7692-7-1 6455-9.1-5
func TestSection7OtherNames(t *testing.T) {
	for _, fields := range [][]string{
		nil, {"permessage-bzip2"}, {"x-webkit-deflate-frame"}, {"Permessage-deflate", "permessage-deflate2, deflate"},
	} {
		list := parsed(t, fields...)
		if response, _, ok := AcceptDeflate(list, Deflate{}); ok {
			t.Errorf("%q accepted as %s", fields, text(response))
		}
		if agreed, ok, err := CheckDeflate(list, Deflate{}); ok || err != nil || agreed != (Deflate{}) {
			t.Errorf("response %q: %+v, %v, %v", fields, agreed, ok, err)
		}
	}
}

// Window bits are 8 to 15 without leading zeros; quotes do not count.
//
//rfc:7692-5.2-1 7692-7-5 7692-7-9 7692-7.1.2.1-2 7692-7.1.2.1-7 7692-7.1.2.2-3 7692-7.1.2.2-8
func TestSection7_1_2Numbers(t *testing.T) {
	for n := range 100 {
		for _, form := range []string{"%d", "%02d", "%03d", `"%d"`, `"\%d"`, `"%02d"`} {
			value := fmt.Sprintf(form, n)
			valid := 8 <= n && n <= 15 && strings.Trim(value, `"\`) == strconv.Itoa(n)
			for _, name := range []string{serverMaxWindowBits, clientMaxWindowBits} {
				list := parsed(t, "permessage-deflate; "+name+"="+value)
				_, agreed, ok := AcceptDeflate(list, Deflate{})
				if ok != valid {
					t.Errorf("offer of %s=%s: accepted %v", name, value, ok)
				}
				answer, _, err := CheckDeflate(list, Deflate{})
				if (err == nil) != valid || agreed != answer {
					t.Errorf("response with %s=%s: %+v, %v, want %+v", name, value, answer, err, agreed)
				}
			}
		}
	}
}

// An offer names what the client wishes for, and always that its window can be bounded.
//
//rfc:7692-4-2 7692-5-1 7692-5-7 7692-5-8 7692-7.1.1.1-1 7692-7.1.1.1-2 7692-7.1.1.2-1 7692-7.1.1.2-2 7692-7.1.1.2-3
//rfc:7692-7.1.2.1-1 7692-7.1.2.1-2 7692-7.1.2.2-1 7692-7.1.2.2-2 7692-7.1.2.2-3 7692-7.1.2.2-5 6455-9-1
func TestSection7_1OfferDeflate(t *testing.T) {
	for _, c := range []struct {
		want  Deflate
		offer string
	}{
		{Deflate{}, "; client_max_window_bits"},
		{Deflate{ServerMaxWindowBits: 15, ClientMaxWindowBits: 15}, "; client_max_window_bits"},
		{Deflate{ServerMaxWindowBits: 7, ClientMaxWindowBits: 16}, "; client_max_window_bits"},
		{Deflate{ServerMaxWindowBits: -1, ClientMaxWindowBits: -1}, "; client_max_window_bits"},
		{Deflate{ServerNoContextTakeover: true}, "; server_no_context_takeover; client_max_window_bits"},
		{Deflate{ClientNoContextTakeover: true}, "; client_no_context_takeover; client_max_window_bits"},
		{Deflate{ServerMaxWindowBits: 8}, "; server_max_window_bits=8; client_max_window_bits"},
		{Deflate{ClientMaxWindowBits: 14}, "; client_max_window_bits=14"},
		{
			Deflate{true, true, 9, 10}, "; server_no_context_takeover; client_no_context_takeover; " +
				"server_max_window_bits=9; client_max_window_bits=10",
		},
	} {
		if got := text(OfferDeflate(c.want)); got != "permessage-deflate"+c.offer {
			t.Errorf("%+v is offered as %s", c.want, got)
		}
	}
}

// A client takes what a server may answer.
//
//rfc:7692-5-6 7692-5-21 7692-7.1.1.2-3 7692-7.1.1.2-6 7692-7.1.1.2-8 7692-7.1.2.2-4 7692-7.1.2.2-5 7692-7.1.2.2-9 7692-7.2.2-12
func TestSection7CheckDeflate(t *testing.T) {
	for _, c := range []struct {
		want     Deflate
		response string
		agreed   Deflate
	}{
		{Deflate{}, "", Deflate{false, false, 15, 15}},
		{Deflate{}, "; server_no_context_takeover", Deflate{true, false, 15, 15}},
		{Deflate{}, "; client_no_context_takeover", Deflate{false, true, 15, 15}}, // unasked
		{Deflate{}, "; server_max_window_bits=8", Deflate{false, false, 8, 15}},
		{Deflate{}, "; client_max_window_bits=8", Deflate{false, false, 15, 8}},
		{Deflate{}, `; client_max_window_bits="8"`, Deflate{false, false, 15, 8}},
		{Deflate{ServerNoContextTakeover: true}, "; server_no_context_takeover", Deflate{true, false, 15, 15}},
		// A server may keep its window though it was asked not to.
		{Deflate{ServerNoContextTakeover: true}, "", Deflate{false, false, 15, 15}},
		{Deflate{ServerNoContextTakeover: true}, "; client_no_context_takeover", Deflate{false, true, 15, 15}},
		{Deflate{ServerMaxWindowBits: 10}, "; server_max_window_bits=10", Deflate{false, false, 10, 15}},
		{Deflate{ServerMaxWindowBits: 10}, "; server_max_window_bits=9", Deflate{false, false, 9, 15}},
		// The client keeps its promises even if the server has not repeated them, or allows more.
		{Deflate{ClientNoContextTakeover: true}, "", Deflate{false, true, 15, 15}},
		{Deflate{ClientMaxWindowBits: 10}, "", Deflate{false, false, 15, 10}},
		{Deflate{ClientMaxWindowBits: 10}, "; client_max_window_bits=11", Deflate{false, false, 15, 10}},
		{Deflate{ClientMaxWindowBits: 10}, "; client_max_window_bits=9", Deflate{false, false, 15, 9}},
	} {
		for _, fields := range [][]string{{"permessage-deflate" + c.response}, {"x-a", "permessage-deflate" + c.response + ", x-b"}} {
			agreed, ok, err := CheckDeflate(parsed(t, fields...), c.want)
			if agreed != c.agreed || !ok || err != nil {
				t.Errorf("wish %+v, response %q\n got %+v, %v, %v\nwant %+v", c.want, fields, agreed, ok, err, c.agreed)
			}
		}
	}
}

// Any other answer fails the connection.
//
//rfc:7692-5-16 7692-5-22 7692-7-8 7692-7-9 7692-7-10 7692-7-11 7692-7.1.1.1-6 7692-7.1.1.2-5
//rfc:7692-7.1.2.1-6 7692-7.1.2.1-7 7692-7.1.2.2-8 6455-9.1-6
func TestSection7InvalidResponse(t *testing.T) {
	type test struct {
		want           Deflate
		response, rule string
	}
	tests := []test{
		{Deflate{}, "; client_max_window_bits", "7692-7.1.2.2-8"},
		{Deflate{ServerMaxWindowBits: 14}, "", "7692-7.1.2.1-6"},
		{Deflate{ServerMaxWindowBits: 14}, "; server_max_window_bits=15", "7692-7.1.2.1-6"},
		{Deflate{ServerMaxWindowBits: 8}, "; server_max_window_bits=9", "7692-7.1.2.1-6"},
		{Deflate{}, ", permessage-deflate", "7692-5-16"},
		{Deflate{}, ", x-a, permessage-deflate; client_no_context_takeover", "7692-5-16"},
		{Deflate{}, "; unknown, permessage-deflate", "7692-5-16"},
	}
	for _, c := range badParams {
		tests = append(tests, test{Deflate{}, c.params, c.rule})
	}
	for _, c := range tests {
		agreed, ok, err := CheckDeflate(parsed(t, "permessage-deflate"+c.response), c.want)
		if e, isError := err.(*Error); !isError || e.Rule != c.rule || e.Status != 0 || ok || agreed != (Deflate{}) {
			t.Errorf("wish %+v, response %q: %+v, %v, %v, want rule %s", c.want, c.response, agreed, ok, err, c.rule)
		}
	}
}

// Whatever both sides wish for, they agree, on the same, and nobody gets more than it can bear.
//
//rfc:7692-5-5 7692-5-6 7692-5-11 7692-5-13 7692-7-7 7692-7.1.1.1-5 7692-7.1.2.1-6 7692-7.1.2.2-4 7692-7.1.2.2-5
func TestSection7Agreement(t *testing.T) {
	wishes := everyWish()
	for _, client := range wishes {
		offer := string(AppendExtensions(nil, []Extension{OfferDeflate(client)}))
		offers := parsed(t, offer)
		for _, server := range wishes {
			response, agreed, ok := AcceptDeflate(offers, server)
			if !ok {
				t.Fatalf("client %+v, server %+v: declined", client, server)
			}
			answer := parsed(t, text(response))
			got, ok, err := CheckDeflate(answer, client)
			if got != agreed || !ok || err != nil {
				t.Fatalf("client %+v, server %+v: %s, %+v, %v, want %+v", client, server, text(response), got, err, agreed)
			}
			want := Deflate{
				client.ServerNoContextTakeover || server.ServerNoContextTakeover,
				client.ClientNoContextTakeover || server.ClientNoContextTakeover,
				min(client.ServerMaxWindowBits, server.ServerMaxWindowBits),
				min(client.ClientMaxWindowBits, server.ClientMaxWindowBits),
			}
			if agreed != want {
				t.Fatalf("client %+v, server %+v: agreed %+v, want %+v", client, server, agreed, want)
			}
		}
	}
}

// everyWish returns all that can be wished for.
func everyWish() (all []Deflate) {
	bools := []bool{false, true}
	for server := 8; server <= 15; server++ {
		for client := 8; client <= 15; client++ {
			for _, s := range bools {
				for _, c := range bools {
					all = append(all, Deflate{s, c, server, client})
				}
			}
		}
	}
	return all
}

// A malformed field fails the handshake before anything is negotiated.
//
//rfc:6455-9.1-1 6455-9.1-2
func TestSection7MalformedField(t *testing.T) {
	for _, field := range []string{
		"permessage-deflate; server_max_window_bits=", "permessage-deflate;", `permessage-deflate; client_max_window_bits=""`,
		`permessage-deflate; client_max_window_bits=" 9"`, "permessage-deflate; client_max_window_bits 9",
	} {
		if list, err := ParseExtensions([]string{"permessage-deflate", field}); err == nil {
			t.Errorf("%q is parsed: %v", field, list)
		}
	}
}

// Nothing that is given is changed.
func TestDeflateChangesNothing(t *testing.T) {
	fields := []string{"permessage-deflate; client_max_window_bits=9; server_max_window_bits=10, x-a; b"}
	list := parsed(t, fields...)
	before := slices.Clone(list)
	before[0].Params = slices.Clone(before[0].Params)
	AcceptDeflate(list, Deflate{true, true, 8, 8})
	CheckDeflate(list, Deflate{})
	if diff := cmp.Diff(before, list); diff != "" {
		t.Errorf("changed (-before +after):\n%s", diff)
	}
}

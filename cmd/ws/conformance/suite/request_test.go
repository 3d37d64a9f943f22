package suite

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
)

func TestParseExtensions(t *testing.T) {
	for text, want := range map[string]string{
		"permessage-deflate": "permessage-deflate",
		" permessage-deflate ; client_max_window_bits ,, ":                         "permessage-deflate; client_max_window_bits",
		`permessage-deflate; server_max_window_bits="1\0"`:                         "permessage-deflate; server_max_window_bits=10",
		"permessage-deflate; client_max_window_bits=9; server_no_context_takeover": "permessage-deflate; server_no_context_takeover; client_max_window_bits=9",
		"permessage-deflate; server_max_window_bits":                               "",
		"permessage-deflate; server_max_window_bits=08":                            "",
		"permessage-deflate; server_max_window_bits=16":                            "",
		"permessage-deflate; server_no_context_takeover=1":                         "",
		"permessage-deflate; x":                                                    "",
		"permessage-deflate; client_max_window_bits; client_max_window_bits=9":     "",
		"permessage deflate":                                                       "",
		`permessage-deflate; x="a b"`:                                              "",
		"permessage-deflate; =":                                                    "",
	} {
		all, err := parseExtensions([]string{text})
		got := ""
		if err == nil {
			if p, err := parseParams(all[0]); err == nil {
				got = p.String()
			}
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// What is wrong with a response is told by the rule that it breaks.
func TestCheckResponse(t *testing.T) {
	good := []string{"HTTP/1.1 101 ok", "Upgrade: WebSocket", "Connection: keep-alive, upgrade", "Sec-WebSocket-Accept: " + acceptKey(sampleKey)}
	const offers = "permessage-deflate; server_max_window_bits=10; server_no_context_takeover, permessage-deflate; client_max_window_bits, foo"
	for name, tt := range map[string]struct {
		without, with string
		rule          string
	}{
		"good":                     {},
		"old":                      {without: "HTTP", with: "HTTP/1.0 101 ok", rule: "6455-4.2.2-19"},
		"no Upgrade":               {without: "Upgrade", rule: "6455-4.2.2-20"},
		"the Kelvin sign":          {without: "Upgrade", with: "Upgrade: webSoc\u212aet", rule: "6455-4.2.2-20"},
		"no Connection":            {without: "Connection", rule: "6455-4.2.2-21"},
		"no Accept":                {without: "Sec-", rule: "6455-4.2.2-22"},
		"another Accept":           {without: "Sec-", with: "Sec-WebSocket-Accept: " + sampleKey, rule: "6455-4.2.2-22"},
		"two Accepts":              {with: good[3], rule: "6455-11.3.3-1"},
		"subprotocol":              {with: "Sec-WebSocket-Protocol: chat"},
		"subprotocol not offered":  {with: "Sec-WebSocket-Protocol: talk", rule: "6455-4.2.2-12"},
		"two subprotocols":         {with: "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat", rule: "6455-11.3.4-2"},
		"extension not offered":    {with: "Sec-WebSocket-Extensions: bar", rule: "6455-4.2.2-18"},
		"extensions malformed":     {with: "Sec-WebSocket-Extensions: foo bar", rule: "6455-4.3-3"},
		"deflate, the first offer": {with: "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9; server_no_context_takeover"},
		"deflate, the other offer": {with: "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=9"},
		"deflate, any value":       {with: "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", rule: "7692-7.1.2.2-8"},
		"deflate, an unknown one":  {with: "Sec-WebSocket-Extensions: permessage-deflate; x", rule: "7692-7-8"},
		"deflate twice":            {with: "Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate", rule: "7692-5-15"},
	} {
		var lines []string
		for _, line := range good {
			if tt.without == "" || !strings.HasPrefix(line, tt.without) {
				lines = append(lines, line)
			}
		}
		if strings.HasPrefix(tt.with, "HTTP") {
			lines = append([]string{tt.with}, lines...)
		} else if tt.with != "" {
			lines = append(lines, tt.with)
		}
		r, err := http.ReadResponse(bufio.NewReader(strings.NewReader(strings.Join(lines, "\r\n")+"\r\n\r\n")), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, broken := checkResponse(r, sampleKey, []string{"chat"}, []string{offers})
		rule := ""
		if broken != nil {
			rule = broken.rule
		}
		if rule != tt.rule {
			t.Errorf("%s: breaks %q, want %q", name, rule, tt.rule)
		}
	}
}

// An offer is only accepted as it stands.
func TestRefuses(t *testing.T) {
	for _, tt := range []struct {
		offer, response params
		rule            string
	}{
		{params{}, params{}, ""},
		{params{}, params{serverNoTakeover: true, clientNoTakeover: true, serverBits: 9}, ""},
		{params{}, params{clientBits: 9}, "7692-7.1.2.2-10"},
		{params{clientAny: true}, params{clientBits: 9}, ""},
		{params{clientBits: 8}, params{clientBits: 15}, ""}, // a hint
		{params{serverNoTakeover: true}, params{}, "7692-7.1.1.1-5"},
		{params{serverBits: 9}, params{}, "7692-7.1.2.1-6"},
		{params{serverBits: 9}, params{serverBits: 10}, "7692-7.1.2.1-6"},
		{params{serverBits: 9}, params{serverBits: 8}, ""},
	} {
		rule := ""
		if bad := asBad(tt.offer.refuses(tt.response)); bad != nil {
			rule = bad.rule
		}
		if rule != tt.rule {
			t.Errorf("%v answered by %v breaks %q, want %q", tt.offer, tt.response, rule, tt.rule)
		}
		if answer, ok := tt.offer.answer(params{}); !ok || tt.offer.refuses(answer) != nil {
			t.Errorf("%v is answered by %v", tt.offer, answer)
		}
	}
	for _, tt := range []struct{ offer, wish, answer, unhinted params }{
		{params{clientNoTakeover: true}, params{}, params{clientNoTakeover: true}, params{}},
		{params{clientBits: 10}, params{}, params{clientBits: 10}, params{}},
		{params{clientBits: 10}, params{clientBits: 15}, params{clientBits: 10}, params{clientBits: 15}},
		{params{clientAny: true}, params{clientBits: 9}, params{clientBits: 9}, params{clientBits: 9}},
		{params{serverBits: 10}, params{serverBits: 12}, params{serverBits: 10}, params{serverBits: 10}},
	} {
		answer, ok := tt.offer.answer(tt.wish)
		unhinted, okToo := tt.offer.unhinted().answer(tt.wish)
		if !ok || !okToo || answer != tt.answer || unhinted != tt.unhinted {
			t.Errorf("%v is answered by %v, without its hints by %v", tt.offer, answer, unhinted)
		}
	}
	if _, ok := (params{}).answer(params{clientBits: 9}); ok {
		t.Error("a client that cannot bound its window is asked to")
	}
}

func TestCheckRequest(t *testing.T) {
	good := []string{"GET / HTTP/1.1", "Host: x", "Upgrade: h2c, WebSocket", "Connection: keep-alive, Upgrade", "Sec-WebSocket-Key: " + sampleKey, "Sec-WebSocket-Version: 13"}
	for name, tt := range map[string]struct {
		without, with string
		rule          string
	}{
		"good":                 {},
		"POST":                 {"GET", "POST / HTTP/1.1", "6455-4.1-19"},
		"old":                  {"GET", "GET / HTTP/1.0", "6455-4.1-20"},
		"no Host":              {"Host", "", "6455-4.1-22"},
		"no Upgrade":           {"Upgrade", "", "6455-4.1-23"},
		"no Connection":        {"Connection", "", "6455-4.1-24"},
		"two keys":             {"", good[4], "6455-11.3.1-1"},
		"no key":               {"Sec-WebSocket-Key", "", "6455-4.1-25"},
		"a key of 15 bytes":    {"Sec-WebSocket-Key", "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4P", "6455-4.1-25"},
		"pad bits":             {"Sec-WebSocket-Key", "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==", "6455-4.1-25"},
		"another version":      {"Sec-WebSocket-V", "Sec-WebSocket-Version: 8", "6455-4.1-30"},
		"malformed extensions": {"", "Sec-WebSocket-Extensions: a b", "6455-4.3-3"},
		"no extensions":        {"", "Sec-WebSocket-Extensions: ", "6455-4.3-3"},
		"a bad offer":          {"", "Sec-WebSocket-Extensions: permessage-deflate; x", "6455-9.1-6"},
		"subprotocol twice":    {"", "Sec-WebSocket-Protocol: a, b, a", "6455-4.1-33"},
		"no subprotocol":       {"", "Sec-WebSocket-Protocol: a b", "6455-4.1-32"},
	} {
		var lines []string
		for _, line := range good {
			switch {
			case tt.without == "" || !strings.HasPrefix(line, tt.without):
				lines = append(lines, line)
			case strings.Contains(tt.with, " HTTP/"):
				lines = append(lines, tt.with)
			}
		}
		if tt.with != "" && !strings.Contains(tt.with, " HTTP/") {
			lines = append(lines, tt.with)
		}
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.Join(lines, "\r\n") + "\r\n\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		rule := ""
		if f := checkRequest(r); f != nil {
			rule = f.rule
		}
		if rule != tt.rule {
			t.Errorf("%s: breaks %q, want %q", name, rule, tt.rule)
		}
	}
}

// A fixture is sent to the target: to its host and path, with its fields.
func TestRewrite(t *testing.T) {
	target := Target{URL: "ws://localhost:9001/echo?a", Header: http.Header{"Authorization": {"me"}}, Origin: "http://here"}
	if err := target.parse(); err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nX: y\r\n\r\n":                      "GET /echo?a HTTP/1.1\r\nOrigin: http://here\r\nAuthorization: me\r\nHost: localhost:9001\r\nX: y\r\n\r\n",
		"GET /chat#top HTTP/1.1\r\nHost: a\r\nOrigin: http://example.com\r\nSec-X: y\r\n\r\n": "GET /echo?a#top HTTP/1.1\r\nOrigin: http://here\r\nAuthorization: me\r\nHost: a\r\nSec-X: y\r\n\r\n",
		"GET http://example.org:81/chat HTTP/1.1\r\nhost: [2001:db8::1]:8080\r\n\r\n":         "GET http://localhost:9001/echo?a HTTP/1.1\r\nOrigin: http://here\r\nAuthorization: me\r\nhost: localhost:9001\r\n\r\n",
		"\x16\x03\x01": "\x16\x03\x01",
	} {
		if got := string(target.rewrite([]byte(in))); got != want {
			t.Errorf("%q becomes\n%q, want\n%q", in, got, want)
		}
	}
}

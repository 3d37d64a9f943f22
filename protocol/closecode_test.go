package protocol

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// sendable lists the codes of section 7.4.1 and of the registry that section
// 11.7 opens, without those that must not stand in a Close frame, and the two
// ranges of section 7.4.2 that are free.
func sendable() map[CloseCode]bool {
	codes := map[CloseCode]bool{
		1000: true, 1001: true, 1002: true, 1003: true,
		1007: true, 1008: true, 1009: true, 1010: true, 1011: true,
		1012: true, 1013: true, 1014: true,
	}
	for c := CloseCode(3000); c < 4000; c++ {
		codes[c] = true
	}
	for c := CloseCode(4000); c < 5000; c++ {
		codes[c] = true
	}
	return codes
}

// Every code there is: valid or not, received and sent.
//
//rfc:6455-7.4.1-1 6455-7.4.1-6 6455-7.4.1-7 6455-7.4.1-9 6455-7.4.1-18
//rfc:6455-7.4.2-1 6455-7.4.2-2 6455-7.4.2-3 6455-7.4.2-4 6455-11.7-1
func TestEveryCloseCode(t *testing.T) {
	valid := sendable()
	for n := range 1 << 16 {
		c := CloseCode(n)
		if c.Valid() != valid[c] {
			t.Errorf("%d: Valid() = %v", n, c.Valid())
		}
		got, reason, err := ParseClose([]byte{byte(n >> 8), byte(n)})
		switch {
		case valid[c] && (got != c || reason != "" || err != nil):
			t.Errorf("%d received: %d, %q, %v", n, got, reason, err)
		case !valid[c] && err == nil:
			t.Errorf("%d received: no error", n)
		}
		if err := CheckClose(Client, c, "x"); (err == nil) != valid[c] {
			t.Errorf("%d sent by the client: %v", n, err)
		}
		//rfc:6455-7.4.1-16
		if err := CheckClose(Server, c, "x"); (err == nil) != (valid[c] && c != 1010) {
			t.Errorf("%d sent by the server: %v", n, err)
		}
	}
}

func TestParseClose(t *testing.T) {
	for _, tt := range []struct {
		payload string
		code    CloseCode
		reason  string
		rule    string
	}{
		//rfc:6455-5.5.1-2 6455-7.1.5-2 6455-7.1.6-1 6455-7.4.1-8
		{"", CloseNoStatus, "", ""},
		//rfc:6455-5.5.1-4
		{"\x03", 0, "", "6455-5.5.1-4"},
		//rfc:6455-5.5.1-3 6455-5.5.1-5 6455-7.1.5-1
		{"\x03\xe8", 1000, "", ""},
		{"\x03\xe8bye", 1000, "bye", ""},
		{"\x0f\xa0" + strings.Repeat("é", 61), 4000, strings.Repeat("é", 61), ""},
		//rfc:6455-8.1-3 6455-5.5.1-6
		{"\x03\xe8\xff", 0, "", "6455-8.1-3"},
		{"\x03\xe8caf\xc3", 0, "", "6455-8.1-3"},
		//rfc:6455-7.4.1-7
		{"\x03\xedbye", 0, "", "6455-7.4.1-7"},
	} {
		code, reason, err := ParseClose([]byte(tt.payload))
		var broken *ProtocolError
		rule := ""
		if errors.As(err, &broken) {
			rule = broken.Rule
		}
		if code != tt.code || reason != tt.reason || rule != tt.rule || (err == nil) != (rule == "") {
			t.Errorf("%q: %d, %q, %v", tt.payload, code, reason, err)
		}
	}
}

// A code and a reason that may be sent arrive as they were sent.
//
//rfc:6455-5.5.1-3 6455-7.1.2-1
func TestCloseThereAndBack(t *testing.T) {
	for code := range sendable() {
		for _, reason := range []string{"", "r", strings.Repeat("r", 123)} {
			payload := FormatClose(code, reason)
			c, r, err := ParseClose(payload)
			if c != code || r != reason || err != nil || len(payload) > 125 {
				t.Errorf("%d %q: %d, %q, %v", code, reason, c, r, err)
			}
		}
	}
	if got := FormatClose(CloseNoStatus, ""); len(got) != 0 {
		t.Errorf("no code: % x", got)
	}
}

//rfc:6455-7.4.1-2 6455-7.4.1-3 6455-7.4.1-4 6455-7.4.1-5 6455-7.4.1-8 6455-7.4.1-10 6455-7.4.1-11
//rfc:6455-7.4.1-12 6455-7.4.1-13 6455-7.4.1-14 6455-7.4.1-17 6455-7.4.1-19
func TestCloseCodeString(t *testing.T) {
	for code, name := range map[CloseCode]string{
		CloseNormal:             "1000 (normal closure)",
		CloseGoingAway:          "1001 (going away)",
		CloseProtocolError:      "1002 (protocol error)",
		CloseUnsupportedData:    "1003 (unsupported data)",
		1004:                    "1004",
		CloseNoStatus:           "1005 (no status code)",
		CloseAbnormal:           "1006 (abnormal closure)",
		CloseInvalidPayload:     "1007 (invalid payload data)",
		ClosePolicyViolation:    "1008 (policy violation)",
		CloseMessageTooBig:      "1009 (message too big)",
		CloseMandatoryExtension: "1010 (mandatory extension)",
		CloseInternalError:      "1011 (internal error)",
		CloseServiceRestart:     "1012 (service restart)",
		CloseTryAgainLater:      "1013 (try again later)",
		CloseBadGateway:         "1014 (bad gateway)",
		CloseTLSHandshake:       "1015 (TLS handshake failed)",
		4999:                    "4999",
	} {
		if got := fmt.Sprint(code); got != name {
			t.Errorf("%q, want %q", got, name)
		}
	}
}

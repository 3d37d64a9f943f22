package suite

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
)

// A header is read from any bytes that hold all of it, and from no fewer.
func TestReadHeader(t *testing.T) {
	for _, tt := range []struct {
		bytes string
		want  header
	}{
		{"\x81\x05", header{fin: true, opcode: 1, length: 5, form: 7}},
		{"\xf2\x7d", header{fin: true, rsv: 7, opcode: 2, length: 125, form: 7}},
		{"\x00\x7e\x00\x05", header{length: 5, form: 16}},
		{"\x8a\x7f\x80\x00\x00\x00\x00\x00\x00\x01", header{fin: true, opcode: 10, length: 1<<63 + 1, form: 64}},
		{"\x88\x80abcd", header{fin: true, opcode: 8, masked: true, key: [4]byte{'a', 'b', 'c', 'd'}, form: 7}},
		{"\x01\xff\x00\x00\x00\x00\x00\x01\x00\x00abcd", header{opcode: 1, masked: true, key: [4]byte{'a', 'b', 'c', 'd'}, length: 65536, form: 64}},
	} {
		for _, behind := range []string{"", "more"} {
			h, n, all := readHeader([]byte(tt.bytes + behind))
			if h != tt.want || n != len(tt.bytes) || !all {
				t.Errorf("%q: %+v, %d bytes, %v", tt.bytes, h, n, all)
			}
		}
		for n := range len(tt.bytes) {
			if h, _, all := readHeader([]byte(tt.bytes[:n])); all {
				t.Errorf("%q is read as %+v", tt.bytes[:n], h)
			}
		}
		if short := tt.want.form == 7 || !tt.want.longForm(); short {
			if got := appendHead(nil, tt.want, tt.want.length); !bytes.Equal(got, []byte(tt.bytes)) {
				t.Errorf("%+v is written as %q", tt.want, got)
			}
		}
	}
}

// hearing returns what is heard of bytes from a peer, whether it came at once,
// byte by byte or in two pieces cut anywhere.
func hearing(t *testing.T, peer protocol.Role, agreed *params, due []content, sent string) *heard {
	t.Helper()
	hear := func(cuts ...string) *heard {
		h := &heard{peer: peer, due: func(i int) (content, bool) {
			if i >= len(due) {
				return content{}, false
			}
			return due[i], true
		}}
		if agreed != nil {
			h.inflater = newInflater(agreed.of(peer))
		}
		for _, p := range cuts {
			h.take([]byte(p))
		}
		return h
	}
	whole := hear(sent)
	var bytes []string
	for i := range len(sent) {
		bytes = append(bytes, sent[i:i+1])
	}
	said := func(h *heard) string {
		return fmt.Sprint(h.messages, h.pongs, h.code, h.broken, h.remarks, h.undue, h.idle)
	}
	want := said(whole)
	if got := said(hear(bytes...)); got != want {
		t.Errorf("byte by byte: %s, at once: %s", got, want)
	}
	for i := range len(sent) {
		if got := said(hear(sent[:i], sent[i:])); got != want {
			t.Errorf("cut at %d: %s, at once: %s", i, got, want)
		}
		hear(sent[:i]) // must not fall over
	}
	return whole
}

// What a peer must not send is found out, however it arrives.
func TestHeard(t *testing.T) {
	deflate := &params{}
	for name, tt := range map[string]struct {
		bytes  string
		peer   protocol.Role
		agreed *params
		rule   string // that is broken
		remark string
	}{
		"text":                        {bytes: "\x81\x02hi"},
		"fragments around a Ping":     {bytes: "\x01\x01h\x89\x00\x80\x01i"},
		"Close without a code":        {bytes: "\x88\x00"},
		"Close with a reason":         {bytes: "\x88\x04\x03\xe8hi"},
		"Pong after Close":            {bytes: "\x88\x00\x8a\x00"},
		"126 bytes":                   {bytes: "\x82\x7e\x00\x7e" + string(make([]byte, 126))},
		"masked":                      {bytes: "\x81\x82\x00\x00\x00\x00hi", rule: "6455-5.1-5"},
		"masked by a client":          {bytes: "\x81\x82\x00\x00\x00\x00hi", peer: protocol.Client},
		"not masked by a client":      {bytes: "\x81\x02hi", peer: protocol.Client, rule: "6455-5.1-1"},
		"empty, not masked":           {bytes: "\x81\x00", peer: protocol.Client, rule: "6455-5.1-1"},
		"reserved bit":                {bytes: "\xc1\x02hi", rule: "6455-5.2-4"},
		"reserved opcode":             {bytes: "\x83\x02hi", rule: "6455-5.2-8"},
		"reserved control opcode":     {bytes: "\x8b\x00", rule: "6455-5.2-8"},
		"fragment of a Pong":          {bytes: "\x0a\x00", rule: "6455-5.4-8"},
		"long Pong":                   {bytes: "\x8a\x7e\x00\x7e", rule: "6455-5.5-2"},
		"continuation first":          {bytes: "\x80\x02hi", rule: "6455-5.4-5"},
		"text within text":            {bytes: "\x01\x01h\x81\x01i", rule: "6455-5.4-10"},
		"5 in 16 bits":                {bytes: "\x81\x7e\x00\x05hello", rule: "6455-5.2-12"},
		"65535 in 64 bits":            {bytes: "\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", rule: "6455-5.2-12"},
		"2^63 bytes":                  {bytes: "\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00", rule: "6455-5.2-11"},
		"Close with a byte":           {bytes: "\x88\x01\x03", rule: "6455-5.5.1-3"},
		"Close with 999":              {bytes: "\x88\x02\x03\xe7", rule: "6455-7.4.2-1"},
		"Close with 1005":             {bytes: "\x88\x02\x03\xed", rule: "6455-7.4.1-7"},
		"Close with 5000":             {bytes: "\x88\x02\x13\x88", remark: "6455-11.7-1"},
		"Close with a code of nobody": {bytes: "\x88\x02\x07\xd0", remark: "6455-7.4.2-2"},
		"Close with bad UTF-8":        {bytes: "\x88\x03\x03\xe8\xff", rule: "6455-5.5.1-6"},
		"text after Close":            {bytes: "\x88\x00\x81\x00", rule: "6455-5.5.1-8"},
		"two Closes":                  {bytes: "\x88\x00\x88\x00", rule: "6455-5.5.1-17"},
		"compressed":                  {bytes: "\xc1\x04\xca\xc8\x04\x00", agreed: deflate},
		"compressed, in fragments":    {bytes: "\x41\x01\xca\x80\x03\xc8\x04\x00", agreed: deflate},
		"blocks after the last one":   {bytes: "\xc1\x05\xcb\xc8\x04\x00\x00", agreed: deflate},
		"plain":                       {bytes: "\x81\x02hi", agreed: deflate},
		"compressed, not agreed":      {bytes: "\xc1\x04\xca\xc8\x04\x00", rule: "6455-5.2-4"},
		"RSV1 on a continuation":      {bytes: "\x41\x01\xca\xc0\x03\xc8\x04\x00", agreed: deflate, rule: "7692-6.1-7"},
		"RSV1 on a Pong":              {bytes: "\xca\x00", agreed: deflate, rule: "7692-6.1-6"},
		"RSV2":                        {bytes: "\xa1\x02hi", agreed: deflate, rule: "6455-5.2-4"},
		"no DEFLATE":                  {bytes: "\xc1\x01\x06", agreed: deflate, rule: "7692-7.2.1-1"},
		"compressed, nothing":         {bytes: "\xc1\x00", agreed: deflate, rule: "7692-7.2.1-2"},
		"the tail left on":            {bytes: "\xc1\x08\xca\xc8\x04\x00\x00\x00\xff\xff", agreed: deflate, rule: "7692-7.2.1-3"},
		"takeover, not agreed":        {bytes: "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\xc1\x05\xf2\x00\x11\x00\x00", agreed: &params{serverNoTakeover: true}, rule: "7692-7.2.1-14"},
	} {
		h := hearing(t, tt.peer, tt.agreed, []content{contentOf(true, "hi")}, tt.bytes)
		rule, remark := "", ""
		if h.broken != nil {
			rule = h.broken.rule
		}
		if len(h.remarks) > 0 {
			remark = h.remarks[0].rule
		}
		if rule != tt.rule || remark != tt.remark {
			t.Errorf("%s: breaks %q, remark %q; want %q, %q", name, rule, remark, tt.rule, tt.remark)
		}
	}
}

// Messages are compared with what is due as they come.
func TestHeardMessages(t *testing.T) {
	due := []content{contentOf(true, "hi"), contentOf(false, ""), contentOf(true, "again")}
	for name, tt := range map[string]struct {
		bytes    string
		messages int
		undue    string
	}{
		"all":            {"\x81\x02hi\x82\x00\x01\x02ag\x80\x03ain", 3, ""},
		"some":           {"\x81\x02hi\x82\x00", 2, ""},
		"another":        {"\x81\x02ho", 1, `text "ho"`},
		"longer":         {"\x81\x03hi!", 1, `text "hi!"`},
		"shorter":        {"\x81\x01h", 1, `text "h"`},
		"another type":   {"\x82\x02hi", 1, `binary "hi"`},
		"in disorder":    {"\x82\x00\x81\x02hi", 2, "an empty binary message"},
		"one more":       {"\x81\x02hi\x82\x00\x81\x05again\x81\x05again", 4, `text "again"`},
		"not yet ended":  {"\x01\x01h", 0, ""},
		"compressed one": {"\xc1\x04\xca\xc8\x04\x00\x82\x00", 2, ""},
	} {
		h := hearing(t, protocol.Server, &params{}, due, tt.bytes)
		undue := ""
		if h.undue != nil {
			undue = h.undue.String()
		}
		if len(h.messages) != tt.messages || undue != tt.undue || h.broken != nil {
			t.Errorf("%s: %d messages, undue %q, %v", name, len(h.messages), undue, h.broken)
		}
	}
}

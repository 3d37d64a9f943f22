package conformance

import "testing"

func TestJudge(t *testing.T) {
	hello, world := message{true, "hello"}, message{true, "world"}
	code := func(n int) *int { return &n }
	type is = answers
	echo := turn{messages: []message{hello}}
	pings := turn{pongs: []string{"1", "2", "2"}}
	closing := turn{messages: []message{hello}, end: ending{how: closed}}
	failing := turn{messages: []message{hello}, end: ending{how: failed, codes: []int{1002}}}
	unmasked := turn{end: ending{how: failed, codes: []int{1002}, silent: true}}
	tooLong := turn{end: ending{how: failed, codes: []int{1002}, sendersRule: true}}

	for name, tt := range map[string]struct {
		due  turn
		got  answers
		want Verdict
	}{
		"echo":                     {echo, is{messages: []message{hello}, idle: true}, Exact},
		"no echo":                  {echo, is{idle: true}, Wrong},
		"another echo":             {echo, is{messages: []message{world}, idle: true}, Wrong},
		"another type":             {echo, is{messages: []message{{false, "hello"}}, idle: true}, Wrong},
		"two echoes":               {echo, is{messages: []message{hello, hello}, idle: true}, Wrong},
		"echo and end":             {echo, is{messages: []message{hello}, ended: true}, Wrong},
		"echo and Close":           {echo, is{messages: []message{hello}, idle: true, close: code(1000)}, Wrong},
		"echo and silence":         {echo, is{messages: []message{hello}}, Wrong},
		"echo, but masked":         {echo, is{messages: []message{hello}, idle: true, broken: "masks"}, Wrong},
		"all Pongs":                {pings, is{pongs: []string{"1", "2", "2"}, idle: true}, Exact},
		"last Pong only":           {pings, is{pongs: []string{"1"}, idle: true}, Wrong},
		"no Pong":                  {pings, is{idle: true}, Wrong},
		"Pongs of its own":         {pings, is{pongs: []string{"x", "1", "2", "2", "x"}, idle: true}, Exact},
		"Close":                    {closing, is{messages: []message{hello}, close: code(1000), ended: true}, Exact},
		"Close without echo":       {closing, is{close: code(0), ended: true}, Exact},
		"Close after another echo": {closing, is{messages: []message{world}, close: code(0), ended: true}, Wrong},
		"no Close":                 {closing, is{messages: []message{hello}, ended: true}, Wrong},
		"no end after Close":       {closing, is{messages: []message{hello}, close: code(1000)}, Wrong},
		"failure":                  {failing, is{messages: []message{hello}, close: code(1002), ended: true}, Exact},
		"failure without echo":     {failing, is{close: code(1002), ended: true}, Exact},
		"failure, other code":      {failing, is{close: code(1011), ended: true}, Allowed},
		"failure, no code":         {failing, is{close: code(0), ended: true}, Allowed},
		"failure, no Close":        {failing, is{ended: true}, Allowed},
		"failure, no end":          {failing, is{close: code(1002)}, Wrong},
		"failure after echo":       {failing, is{messages: []message{hello, world}, close: code(1002), ended: true}, Wrong},
		"failure after Pong":       {failing, is{pongs: []string{"x"}, close: code(1002), ended: true}, Wrong},
		"no failure":               {failing, is{messages: []message{hello}}, Wrong},
		"unmasked, no Close":       {unmasked, is{ended: true}, Exact},
		"unmasked, Close":          {unmasked, is{close: code(1002), ended: true}, Exact},
		"unmasked, nothing":        {unmasked, is{}, Wrong},
		"too long, failure":        {tooLong, is{close: code(1002), ended: true}, Exact},
		"too long, echo":           {tooLong, is{messages: []message{hello}}, Allowed},
		"too long, wrong frames":   {tooLong, is{messages: []message{hello}, broken: "masks"}, Wrong},
	} {
		if got, why := judge(tt.due, &tt.got); got != tt.want || (why == "") != (got == Exact) {
			t.Errorf("%s: %v, want %v: %s", name, got, tt.want, why)
		}
	}
}

// What a server must not send is found out, however it arrives.
func TestAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		bytes  string
		broken bool
	}{
		"text":                        {"\x81\x02hi", false},
		"fragments around a Ping":     {"\x01\x01h\x89\x00\x80\x01i", false},
		"Close with a code of no one": {"\x88\x02\x07\xd0", false},
		"Close without a code":        {"\x88\x00", false},
		"masked":                      {"\x81\x82\x00\x00\x00\x00hi", true},
		"reserved bit":                {"\xc1\x02hi", true},
		"reserved opcode":             {"\x83\x02hi", true},
		"fragmented Pong":             {"\x0a\x00", true},
		"continuation first":          {"\x80\x02hi", true},
		"text within text":            {"\x01\x01h\x81\x01i", true},
		"Close with a byte":           {"\x88\x01\x03", true},
		"Close with 1005":             {"\x88\x02\x03\xed", true},
		"Close with bad UTF-8":        {"\x88\x03\x03\xe8\xff", true},
		"text after Close":            {"\x88\x00\x81\x00", true},
	} {
		var whole, bytewise answers
		whole.take([]byte(tt.bytes))
		for i := range len(tt.bytes) {
			bytewise.take([]byte{tt.bytes[i]})
		}
		if (whole.broken != "") != tt.broken || bytewise.broken != whole.broken {
			t.Errorf("%s: %q, byte by byte %q", name, whole.broken, bytewise.broken)
		}
	}
}

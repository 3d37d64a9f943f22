package suite

import (
	"testing"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// judgement is what came where something was due, and what a judge says of it.
type judgement struct {
	due   due
	got   heard
	ended bool
	want  verdict.Verdict
	rule  string
}

func judgeAll(t *testing.T, all map[string]judgement) {
	for name, tt := range all {
		f := judge(tt.due, &tt.got, tt.ended)
		rule := ""
		if len(f.broken) > 0 {
			rule = f.broken[0]
		}
		if f.verdict != tt.want || rule != tt.rule || f.want == "" || (f.got == "") != (f.verdict == verdict.Pass) {
			t.Errorf("%s: %s for %q, want %s for %q; want %q, got %q", name, f.verdict, rule, tt.want, tt.rule, f.want, f.got)
		}
	}
}

var (
	judgedRules = []string{"6455-5.4-6"}
	oneText     = []message{{text: true, size: 5}}
	otherText   = &message{text: true, size: 5, start: []byte("world")}
	masked      = &fault{"6455-5.1-5", "masks"}
)

// The connection is to stay open.
func TestJudge(t *testing.T) {
	type is = heard
	hello := contentOf(true, "hello")
	echo := due{rules: judgedRules, messages: 1, first: hello}
	client := due{rules: judgedRules, messages: 1, first: hello, peer: protocol.Client, freshKey: true}
	response := due{rules: judgedRules, peer: protocol.Client, response: true}
	load := due{rules: judgedRules, messages: 1, first: hello, loaded: true}
	pings := due{rules: judgedRules, pongs: []string{"1", "2", "2"}}
	judgeAll(t, map[string]judgement{
		"echo":                {echo, is{messages: oneText, idle: true}, false, verdict.Pass, ""},
		"no echo":             {echo, is{idle: true}, false, verdict.Fail, "6455-5.4-6"},
		"another echo":        {echo, is{messages: oneText, undue: otherText, idle: true}, false, verdict.Fail, "6455-5.4-6"},
		"echo and end":        {echo, is{messages: oneText}, true, verdict.Fail, "6455-5.4-6"},
		"echo and Close":      {echo, is{messages: oneText, idle: true, code: 1000}, false, verdict.Fail, "6455-5.4-6"},
		"load, too big":       {load, is{code: 1009}, true, verdict.Informational, ""},
		"load, another Close": {load, is{code: 1002}, true, verdict.Fail, "6455-5.4-6"},
		"small and too big":   {echo, is{code: 1009}, true, verdict.Fail, "6455-5.4-6"},
		"echo and silence":    {echo, is{messages: oneText}, false, verdict.Fail, "6455-5.5.2-3"},
		"echo, but masked":    {echo, is{messages: oneText, idle: true, broken: masked}, false, verdict.Fail, "6455-5.1-5"},
		"fresh keys":          {client, is{messages: oneText, idle: true, keys: [][4]byte{{1}, {2}}}, false, verdict.Pass, ""},
		"a key again":         {client, is{messages: oneText, idle: true, keys: [][4]byte{{1}, {1}}}, false, verdict.Informational, "6455-5.3-3"},
		"a response":          {response, is{idle: true}, false, verdict.Pass, ""},
		"a response, ended":   {response, is{}, true, verdict.NonStrict, "6455-4.1-48"},
		"a response, closed":  {response, is{code: 1002}, true, verdict.NonStrict, "6455-4.1-48"},
		"a response, silence": {response, is{}, false, verdict.Fail, "6455-5.5.2-3"},
		"all Pongs":           {pings, is{pongs: []string{"1", "2", "2"}, idle: true}, false, verdict.Pass, ""},
		"the last Pong":       {pings, is{pongs: []string{"2"}, idle: true}, false, verdict.Fail, "6455-5.5.2-3"},
		"no Pong":             {pings, is{idle: true}, false, verdict.Fail, "6455-5.5.2-3"},
		"Pongs of its own":    {pings, is{pongs: []string{"x", "1", "2", "2", "x"}, idle: true}, false, verdict.Pass, ""},
		"a Pong for a Pong":   {due{rules: judgedRules, unasked: []string{"beat"}}, is{pongs: []string{"beat"}, idle: true}, false, verdict.NonStrict, "6455-5.5.3-5"},
	})
}

// A Close is to be answered.
func TestJudgeClose(t *testing.T) {
	type is = heard
	closing := due{rules: judgedRules, fallback: ruleInOrder, messages: 1, end: ending{how: closed, codes: []int{4000}}}
	goingOn := closing
	goingOn.late = true
	broken := goingOn
	broken.breach = true
	closingClient := due{rules: judgedRules, peer: protocol.Client, end: ending{how: closed, codes: []int{1000}}}
	judgeAll(t, map[string]judgement{
		"Close":                    {closing, is{messages: oneText, code: 4000}, true, verdict.Pass, ""},
		"Close without an echo":    {closing, is{code: codeNone}, true, verdict.Pass, ""},
		"Close 1000":               {closing, is{code: 1000}, true, verdict.Pass, ""},
		"Close, a strange code":    {closing, is{code: 1002}, true, verdict.NonStrict, "6455-5.5.1-10"},
		"Close, nobody's code":     {closing, is{code: 4000, remarks: []fault{{"6455-7.4.2-2", "a code of nobody"}}}, true, verdict.NonStrict, "6455-7.4.2-2"},
		"Close, another echo":      {closing, is{messages: oneText, undue: otherText, code: 1000}, true, verdict.Fail, ruleInOrder},
		"Close and a second echo":  {closing, is{messages: append(oneText, oneText...), undue: otherText, code: 1000}, true, verdict.Fail, ruleInOrder},
		"Close and a Pong of its":  {closing, is{messages: oneText, pongs: []string{"own"}, code: 1000}, true, verdict.Pass, ""},
		"Close and an echo":        {goingOn, is{messages: append(oneText, oneText...), undue: otherText, code: 1000}, true, verdict.NonStrict, "6455-1.4-1"},
		"echo instead of Close":    {goingOn, is{messages: append(oneText, oneText...), undue: otherText}, false, verdict.Fail, "6455-5.5.1-9"},
		"Close and a Pong":         {goingOn, is{pongs: []string{"late"}, code: 1000}, true, verdict.NonStrict, "6455-1.4-1"},
		"Pong instead of Close":    {goingOn, is{pongs: []string{"late"}}, false, verdict.Fail, "6455-5.5.1-9"},
		"no Close, for our breach": {broken, is{messages: oneText}, true, verdict.NonStrict, "6455-1.4-1"},
		"no end for our breach":    {broken, is{messages: oneText}, false, verdict.Fail, "6455-5.5.1-9"},
		"no Close":                 {closing, is{messages: oneText}, true, verdict.Fail, "6455-5.5.1-9"},
		"no answer to Close":       {closing, is{messages: oneText}, false, verdict.Fail, "6455-5.5.1-9"},
		"no end after Close":       {closing, is{code: 1000}, false, verdict.Fail, "6455-5.5.1-14"},
		"no end of a client":       {closingClient, is{code: 1000}, false, verdict.Fail, "6455-5.5.1-13"},
	})
}

// The runner breaks a rule.
func TestJudgeFailure(t *testing.T) {
	type is = heard
	failing := due{rules: judgedRules, messages: 1, end: failure(1002, "6455-5.2-5")}
	unmasked := due{rules: judgedRules, end: failure(1002, "6455-5.1-3")}
	long := due{rules: judgedRules, end: failure(1002, "6455-5.2-13")}
	undefined := due{rules: judgedRules, end: failure(1002, "6455-7.4.2-2")}
	limit := due{rules: judgedRules, end: failure(1009, "6455-10.4-3"), house: "the limit is its own"}
	judgeAll(t, map[string]judgement{
		"failure":                   {failing, is{messages: oneText, code: 1002}, true, verdict.Pass, ""},
		"failure without echo":      {failing, is{code: 1002}, true, verdict.Pass, ""},
		"failure, other code":       {failing, is{code: 1011}, true, verdict.NonStrict, "6455-7.1.7-5"},
		"failure, no code":          {failing, is{code: codeNone}, true, verdict.NonStrict, "6455-7.1.7-5"},
		"failure, no Close":         {failing, is{}, true, verdict.NonStrict, "6455-7.1.7-5"},
		"failure, no end":           {failing, is{code: 1002}, false, verdict.Fail, "6455-7.1.7-3"},
		"failure after echo":        {failing, is{undue: otherText, code: 1002}, true, verdict.Fail, "6455-5.2-5"},
		"failure after Pong":        {failing, is{pongs: []string{"x"}, code: 1002}, true, verdict.Fail, "6455-5.2-5"},
		"no failure":                {failing, is{messages: oneText}, false, verdict.Fail, "6455-5.2-5"},
		"unmasked, no Close":        {unmasked, is{}, true, verdict.Pass, ""},
		"unmasked, Close":           {unmasked, is{code: 1002}, true, verdict.Pass, ""},
		"unmasked, nothing":         {unmasked, is{}, false, verdict.Fail, "6455-5.1-3"},
		"long form, failure":        {long, is{code: 1002}, true, verdict.Pass, ""},
		"long form, echo":           {long, is{undue: otherText}, false, verdict.NonStrict, "6455-5.2-13"},
		"long form, masked":         {long, is{broken: masked}, false, verdict.Fail, "6455-5.1-5"},
		"undefined code, answered":  {undefined, is{code: 1000}, true, verdict.NonStrict, "6455-7.1.7-5"},
		"undefined code, not ended": {undefined, is{}, false, verdict.NonStrict, "6455-7.4.2-2"},
		"limit":                     {limit, is{}, false, verdict.Informational, ""},
		"limit, masked":             {limit, is{broken: masked}, false, verdict.Fail, "6455-5.1-5"},
	})
}

// What a rule weighs follows from the table of requirements.
func TestPassLevel(t *testing.T) {
	for _, tt := range []struct {
		id   string
		peer protocol.Role
		want verdict.Verdict
	}{
		{"6455-5.2-5", protocol.Server, verdict.Fail},            // MUST
		{"6455-5.4-5", protocol.Client, verdict.Fail},            // the grammar
		{"6455-5.2-13", protocol.Server, verdict.NonStrict},      // of senders
		{"6455-7.4.1-7", protocol.Server, verdict.NonStrict},     // of senders
		{"6455-4.1-33", protocol.Server, verdict.NonStrict},      // of clients
		{"6455-4.2.1-10", protocol.Server, verdict.Fail},         // of servers
		{"6455-11.3.3-1", protocol.Client, verdict.NonStrict},    // of servers
		{"6455-10.7-4", protocol.Server, verdict.NonStrict},      // SHOULD
		{"7692-7.2.1-2", protocol.Client, verdict.NonStrict},     // of senders
		{"7692-6.1-9", protocol.Client, verdict.Fail},            // MUST
		{"6455-4.1-36", protocol.Server, verdict.NonStrict},      // of clients
		{"6455-5.5.3-3", protocol.Server, verdict.Informational}, // MAY
	} {
		if got := passLevel(tt.id, tt.peer); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.id, got, tt.want)
		}
	}
}

package suite

import (
	"bytes"
	"strings"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// run runs a case against the client.
func (v *visit) run(c *Case) (finding, int) {
	bad := v.checkRequest()
	if v.key() == "" || !hasToken(v.request.Header["Upgrade"], "websocket") {
		refuse(v.conn, 426, "this is for WebSocket clients")
		return finding{verdict: verdict.Error, want: "a good opening handshake", got: "the client sends none"}, 0
	}
	switch {
	case c.opening == nil:
		return v.runScript(c)
	case c.opening.rule != "":
		return v.runRefused(c), 0
	}
	f, code := v.runAccepted(c)
	if bad != nil && f.verdict != verdict.Fail {
		f = is(level(bad.rule), bad.rule, "%s", bad.text)
	}
	f.want = "a good request, and an open connection for 101"
	return f, code
}

// checkRequest returns what is wrong with this request or an earlier one of the
// agent's, nil for nothing.
func (v *visit) checkRequest() *fault {
	f := checkRequest(v.request)
	a := v.agent()
	v.hall.mu.Lock()
	defer v.hall.mu.Unlock()
	switch {
	case f != nil:
	case a.keys[v.key()]:
		f = &fault{"6455-4.1-26", "uses a Sec-WebSocket-Key again"}
	case len(v.behind) > 0:
		f = &fault{"6455-4.1-36", "sends more before the response has come"}
	}
	a.keys[v.key()] = true
	if a.fault == nil {
		a.fault = f
	}
	return a.fault
}

// runScript accepts the opening handshake and plays a script.
func (v *visit) runScript(c *Case) (finding, int) {
	agreed := c.script.agree(v.request.Header.Values("Sec-WebSocket-Extensions"))
	if why := c.script.lacks(agreed, protocol.Server); why != "" {
		v.tell("")
		return finding{verdict: verdict.Unimplemented, want: joinOffers(c.script.deflate), got: why}, 0
	}
	v.accept(agreed)
	return c.playOn(v.conn, v.wire, agreed, v.behind, v.hall.options.Patience)
}

// agree returns what is answered to the offers of a client, nil if nothing.
func (s *script) agree(offers []string) *params {
	elements, _ := parseExtensions(offers)
	for _, wish := range s.deflate {
		for _, e := range elements {
			offer, err := parseParams(e)
			if e.name != deflateName || err != nil {
				continue
			}
			if s.unhinted {
				offer = offer.unhinted()
			}
			if agreed, ok := offer.answer(wish); ok {
				return &agreed
			}
		}
	}
	return nil
}

// runAccepted plays a response that the client has to accept.
func (v *visit) runAccepted(c *Case) (finding, int) {
	agreed, fits := v.fits(c.opening)
	if !fits {
		v.tell("")
		return finding{verdict: verdict.Unimplemented, got: "the client's offers do not allow it"}, 0
	}
	for part := range c.variant.cut([][]byte{append(v.rewrite(c.opening.head), c.opening.frames...)}) {
		v.write(part)
	}
	return c.playOn(v.conn, v.wire, agreed, v.behind, v.hall.options.Patience)
}

// fits reports whether the client has offered what the response agrees to.
func (v *visit) fits(o *opening) (agreed *params, fits bool) {
	var fields []string
	for line := range strings.SplitSeq(string(o.head), "\r\n") {
		if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Sec-WebSocket-Extensions") {
			fields = append(fields, value)
		}
	}
	agreed, broken := checkExtensions(fields, v.request.Header.Values("Sec-WebSocket-Extensions"))
	return agreed, broken == nil
}

// rewrite returns the lines of a fixture for the key of the client.
func (v *visit) rewrite(head []byte) []byte {
	accept, sample := acceptKey(v.key()), acceptKey(sampleKey)
	head = bytes.ReplaceAll(head, []byte(sample), []byte(accept))
	head = bytes.ReplaceAll(head, []byte(strings.ToLower(sample)), []byte(strings.ToLower(accept)))
	return bytes.ReplaceAll(head, []byte(sampleKey), []byte(v.key()))
}

// runRefused plays a response that the client must not accept. The end of our
// direction stands behind it, and a Ping: who answers that takes the connection
// for open.
func (v *visit) runRefused(c *Case) finding {
	o := c.opening
	v.write(v.rewrite(o.head))
	p := newPlayer(&Case{Case: c.Case, script: &script{}, variant: whole}, v.conn, v.wire, nil, v.hall.options.Patience)
	p.reply(opPing, []byte(probe))
	p.closeWrite()
	p.until(p.patience, func() bool { return p.idle || p.code != 0 })
	p.close()
	f := finding{verdict: verdict.Pass}
	switch {
	case p.idle || p.undue != nil:
		f = is(passLevel(o.rule, c.Peer), o.rule, "takes the connection for open")
	case !p.ended && p.code == 0 && p.broken == nil && bytes.Contains(o.head, []byte(" 101")):
		f = is(verdict.Fail, "6455-7.2.1-1", "leaves the connection open")
	}
	f = o.open(f)
	f.want = "the end of the connection, or plain HTTP"
	return f
}

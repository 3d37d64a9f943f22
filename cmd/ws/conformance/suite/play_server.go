package suite

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// run runs a case against a server, on a connection of its own.
func (t *Target) run(ctx context.Context, c *Case, patience time.Duration) verdict.Result {
	r := verdict.Result{Case: &c.Case}
	began := time.Now()
	conn, err := t.connect(ctx)
	w := &wire{began: time.Now()}
	if err != nil {
		r.Verdict, r.Want, r.Got = verdict.Error, "a connection", err.Error()
		return r
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	defer conn.Close()
	var f finding
	if c.opening != nil {
		f, r.Close = t.runOpening(ctx, c, conn, w, patience)
	} else {
		f, r.Close = t.runScript(c, conn, w, patience)
	}
	r.Verdict, r.Broken, r.Want, r.Got = f.verdict, f.broken, f.want, f.got
	r.Wire, r.Took = w.record(), time.Since(began)
	return r
}

// runScript makes the opening handshake and plays a script.
func (t *Target) runScript(c *Case, conn net.Conn, w *wire, patience time.Duration) (finding, int) {
	key := newKey()
	head := t.request(key, c.script.deflate)
	response, behind, err := exchange(conn, w, head, nil, time.Now().Add(openingTime))
	if err := accepted(response, behind, err); err != nil {
		return finding{verdict: verdict.Error, want: "an open connection", got: err.Error()}, 0
	}
	agreed, broken := checkResponse(response, key, t.Subprotocols, []string{joinOffers(c.script.deflate)})
	if broken != nil {
		return finding{verdict.Error, []string{broken.rule}, "a good opening handshake", broken.text}, 0
	}
	if why := c.script.lacks(agreed, protocol.Client); why != "" {
		return finding{verdict: verdict.Unimplemented, want: c.script.deflate[0].String(), got: why}, 0
	}
	return c.playOn(conn, w, agreed, behind, patience)
}

// lacks says what an agreement lacks that the script needs of our role.
func (s *script) lacks(agreed *params, role protocol.Role) string {
	switch {
	case len(s.deflate) == 0:
		return ""
	case agreed == nil:
		return "the peer does not speak it"
	case s.reaches && agreed.of(role).noTakeover:
		return "the peer wants each message compressed by itself"
	}
	return ""
}

// playOn plays a script on an open connection.
func (c *Case) playOn(conn net.Conn, w *wire, agreed *params, behind []byte, patience time.Duration) (finding, int) {
	p := newPlayer(c, conn, w, agreed, patience)
	p.play(behind)
	d := c.due()
	if p.stuck {
		d.end = ending{}
	}
	f := judge(d, &p.heard, p.ended)
	p.leave()
	p.close()
	return f, p.code
}

// exchange sends a request and reads the response.
func exchange(conn net.Conn, w *wire, head []byte, cut func([]byte) [][]byte, deadline time.Time) (*http.Response, []byte, error) {
	parts := [][]byte{head}
	if cut != nil {
		parts = cut(head)
	}
	conn.SetWriteDeadline(deadline)
	for _, part := range parts {
		if _, err := conn.Write(part); err != nil {
			break // the answer may have come all the same
		}
		w.add(protocol.Client, part)
	}
	conn.SetWriteDeadline(time.Time{})
	answer, behind, err := readHead(conn, w, protocol.Server, deadline)
	if err != nil {
		return nil, nil, err
	}
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), nil)
	if err != nil {
		return nil, nil, fmt.Errorf("the response is no HTTP: %w", err)
	}
	return response, behind, nil
}

// runOpening plays an opening handshake.
func (t *Target) runOpening(ctx context.Context, c *Case, conn net.Conn, w *wire, patience time.Duration) (f finding, code int) {
	o := c.opening
	request := append(t.rewrite(o.head), o.frames...)
	cut := func(p []byte) [][]byte { return slices.Collect(c.variant.cut([][]byte{p})) }
	response, behind, err := exchange(conn, w, request, cut, time.Now().Add(patience))
	switch accepts := err == nil && response.StatusCode == http.StatusSwitchingProtocols; {
	case o.rule != "":
		f = o.open(judgeBad(c, response, err, accepts))
	case !accepts:
		f = o.open(t.judgeRefusal(ctx, c, response, err))
	default:
		var agreed *params
		if f, agreed = judgeResponse(o, request, response); f.verdict == "" { // it is open
			f, code = c.playOn(conn, w, agreed, behind, patience)
		}
	}
	if f.want = "101 and an open connection"; o.rule != "" {
		f.want = "another status than 101"
	}
	return f, code
}

// open returns a finding, or that no rule says what is right.
func (o *opening) open(f finding) finding {
	if o.house == "" || f.verdict == verdict.Error {
		return f
	}
	return finding{verdict: verdict.Informational, got: due{house: o.house}.told(f.got)}
}

// judgeBad judges the response to a request that has to be refused.
func judgeBad(c *Case, response *http.Response, err error, accepts bool) finding {
	rule := c.opening.rule
	switch {
	case timedOut(err):
		return is(passLevel(rule, c.Peer), rule, "does not answer")
	case accepts:
		return is(passLevel(rule, c.Peer), rule, "accepts it with 101")
	case c.opening.version && (err != nil || !hasToken(response.Header["Sec-Websocket-Version"], "13")):
		return is(verdict.Fail, "6455-4.4-1", "refuses the version without naming 13 in Sec-WebSocket-Version")
	}
	return finding{verdict: verdict.Pass}
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// judgeRefusal judges a server that does not accept a request that is valid, or
// bad in what it offers only. No rule has it accept any (section 4.2.2), so it
// is not strict; but nothing can be said of one that does not accept the plain
// request of all other cases either.
func (t *Target) judgeRefusal(ctx context.Context, c *Case, response *http.Response, err error) finding {
	got := "refuses a valid handshake"
	switch {
	case timedOut(err):
		got += ": does not answer"
	case err == io.EOF:
		got += ": ends the connection"
	case err != nil:
		got += ": " + err.Error()
	default:
		got += " with " + response.Status
	}
	if plain := t.plain(ctx); plain != nil {
		return finding{verdict: verdict.Error, got: got + ", and a plain one, too: " + plain.Error()}
	}
	return is(verdict.NonStrict, c.Rules[0], "%s", got)
}

// plain returns why the server does not accept a plain request, nil if it does.
func (t *Target) plain(ctx context.Context) error {
	conn, err := t.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	return accepted(exchange(conn, &wire{began: time.Now()}, t.request(newKey(), nil), nil, time.Now().Add(openingTime)))
}

// alive returns why nobody is there to answer a request, nil if somebody is, or is
// only slow. That a connection comes about says nothing: the system makes it for
// a process that is about to end, too.
func (t *Target) alive(ctx context.Context) error {
	conn, err := t.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	conn.SetDeadline(time.Now().Add(openingTime))
	if _, err = conn.Write(t.request(newKey(), nil)); err == nil {
		_, err = conn.Read(make([]byte, 1))
	}
	if timedOut(err) {
		return nil
	}
	return err
}

// accepted returns why what exchange returns is no response that accepts.
func accepted(response *http.Response, _ []byte, err error) error {
	if err == nil && response.StatusCode != http.StatusSwitchingProtocols {
		err = fmt.Errorf("the server answers %s", response.Status)
	}
	return err
}

// judgeResponse judges a response that accepts. The verdict is "" if the
// connection is open as it should be.
func judgeResponse(o *opening, request []byte, response *http.Response) (f finding, agreed *params) {
	subprotocols, extensions := offersOf(request)
	agreed, broken := checkResponse(response, sampleKey, subprotocols, extensions)
	switch {
	case broken != nil:
		return is(level(broken.rule), broken.rule, "%s", broken.text), nil
	case o.deflate && agreed == nil && slices.ContainsFunc(extensions, goodOffer):
		return finding{verdict: verdict.Unimplemented, got: "the peer does not speak permessage-deflate"}, nil
	}
	return finding{}, agreed
}

// offersOf returns what a request offers.
func offersOf(request []byte) (subprotocols, extensions []string) {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
	if err != nil {
		return nil, nil
	}
	fields := r.Header.Values("Sec-WebSocket-Protocol")
	return splitList(strings.Join(fields, ","), ','), r.Header.Values("Sec-WebSocket-Extensions")
}

// goodOffer reports whether a field has an offer of permessage-deflate that a
// server may accept.
func goodOffer(field string) bool {
	all, err := parseExtensions([]string{field})
	return err == nil && slices.ContainsFunc(all, func(e element) bool {
		return e.name == deflateName && paramsError(e) == nil
	})
}

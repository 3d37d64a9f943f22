package suite

import (
	"bytes"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/protocol"
)

// mostHead bounds the head of a request or a response.
const mostHead = 64 << 10

// acceptKey returns what has to stand in Sec-WebSocket-Accept (section 4.2.2).
func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func newKey() string {
	var b [16]byte
	rand.Read(b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}

var errTooLong = errors.New("the head has no end")

// readHead reads the head of a request or a response, and what came behind it.
func readHead(conn net.Conn, w *wire, from protocol.Role, deadline time.Time) (head, behind []byte, err error) {
	conn.SetReadDeadline(deadline)
	buf := make([]byte, 4<<10)
	for len(head) < mostHead {
		n, err := conn.Read(buf)
		if n > 0 {
			w.add(from, buf[:n])
		}
		head = append(head, buf[:n]...)
		if i := bytes.Index(head, []byte("\r\n\r\n")); i >= 0 {
			return head[: i+4 : i+4], head[i+4:], nil
		}
		switch {
		case err == io.EOF && len(head) == 0:
			return nil, nil, io.EOF
		case err != nil:
			return head, nil, err
		}
	}
	return head, nil, errTooLong
}

// request returns the head of the opening handshake for a target, with offers of
// permessage-deflate.
func (t *Target) request(key string, offers []params) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n", t.path(), t.host())
	fmt.Fprintf(&b, "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n", key)
	if len(t.Subprotocols) > 0 {
		fmt.Fprintf(&b, "Sec-WebSocket-Protocol: %s\r\n", strings.Join(t.Subprotocols, ", "))
	}
	if len(offers) > 0 {
		fmt.Fprintf(&b, "Sec-WebSocket-Extensions: %s\r\n", joinOffers(offers))
	}
	b.Write(t.fields())
	b.WriteString("\r\n")
	return b.Bytes()
}

func joinOffers(offers []params) string {
	var all []string
	for _, p := range offers {
		all = append(all, p.String())
	}
	return strings.Join(all, ", ")
}

// fields returns the fields that the target's server wants to see.
func (t *Target) fields() []byte {
	var b bytes.Buffer
	if t.Origin != "" {
		fmt.Fprintf(&b, "Origin: %s\r\n", t.Origin)
	}
	for name, values := range t.Header {
		for _, value := range values {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	return b.Bytes()
}

// rewrite returns the lines of a fixture for a target: its host and path, and
// the fields that its server wants.
func (t *Target) rewrite(head []byte) []byte {
	line, rest, _ := strings.Cut(string(head), "\r\n")
	if parts := strings.SplitN(line, " ", 3); len(parts) == 3 {
		switch path, fragment, cut := strings.Cut(parts[1], "#"); {
		case strings.HasPrefix(path, "/"):
			parts[1] = t.path()
			if cut {
				parts[1] += "#" + fragment
			}
		case strings.HasPrefix(path, "http://"):
			parts[1] = "http://" + t.host() + t.path()
		}
		line = strings.Join(parts, " ")
	}
	if !strings.HasSuffix(rest, "\r\n\r\n") && !strings.HasPrefix(rest, "\r\n") || !bytes.Contains(head, []byte("\r\n\r\n")) {
		return []byte(strings.ReplaceAll(string(head), sampleHost, t.host()))
	}
	rest = strings.Replace(rest, "\r\nOrigin: "+sampleOrigin+"\r\nSec-", "\r\nSec-", 1) // which no other server expects
	for _, name := range []string{sampleHost, "[2001:db8::1]:8080"} {
		rest = strings.ReplaceAll(rest, ": "+name+"\r\n", ": "+t.host()+"\r\n")
	}
	return []byte(line + "\r\n" + string(t.fields()) + rest)
}

// checkResponse returns the rule that a response breaks, nil if none, and what
// was agreed on of permessage-deflate. offers are the values of the request's
// fields for extensions.
func checkResponse(r *http.Response, key string, subprotocols, offers []string) (agreed *params, broken *fault) {
	fail := func(rule, format string, args ...any) (*params, *fault) {
		return nil, &fault{rule, fmt.Sprintf(format, args...)}
	}
	accepts, chosen := r.Header.Values("Sec-WebSocket-Accept"), r.Header.Values("Sec-WebSocket-Protocol")
	switch {
	case !r.ProtoAtLeast(1, 1):
		return fail("6455-4.2.2-19", "answers with %s", r.Proto)
	case !hasToken(r.Header["Upgrade"], "websocket"):
		return fail("6455-4.2.2-20", "answers with Upgrade: %.40q", r.Header["Upgrade"])
	case !hasToken(r.Header["Connection"], "upgrade"):
		return fail("6455-4.2.2-21", "answers with Connection: %.40q", r.Header["Connection"])
	case len(accepts) > 1:
		return fail("6455-11.3.3-1", "answers with %d fields Sec-WebSocket-Accept", len(accepts))
	case len(accepts) == 0:
		return fail("6455-4.2.2-22", "answers without Sec-WebSocket-Accept")
	case accepts[0] != acceptKey(key):
		return fail("6455-4.2.2-22", "answers with Sec-WebSocket-Accept: %.40q, not %q", accepts[0], acceptKey(key))
	case len(chosen) > 1:
		return fail("6455-11.3.4-2", "answers with %d fields Sec-WebSocket-Protocol", len(chosen))
	case len(chosen) == 1 && !slices.Contains(subprotocols, chosen[0]):
		return fail("6455-4.2.2-12", "chooses the subprotocol %.40q, which was not offered", chosen[0])
	}
	return checkExtensions(r.Header.Values("Sec-WebSocket-Extensions"), offers)
}

// checkExtensions returns what is wrong with the extensions of a response.
func checkExtensions(fields, offers []string) (agreed *params, broken *fault) {
	if len(fields) == 0 {
		return nil, nil
	}
	elements, err := parseExtensions(fields)
	if err != nil {
		return nil, &fault{"6455-4.3-3", "answers with malformed extensions: " + err.Error()}
	}
	offered, _ := parseExtensions(offers)
	for _, e := range elements {
		if !slices.ContainsFunc(offered, func(o element) bool { return o.name == e.name }) {
			return nil, &fault{"6455-4.2.2-18", fmt.Sprintf("accepts the extension %.40q, which was not offered", e.name)}
		}
		if e.name != deflateName {
			continue
		}
		if agreed != nil {
			return nil, &fault{"7692-5-15", "accepts permessage-deflate twice"}
		}
		if agreed, broken = checkParams(e, offered); broken != nil {
			return nil, broken
		}
	}
	return agreed, nil
}

// checkParams returns what is wrong with the answer to offers of
// permessage-deflate: it has to fit to one of those that are good.
func checkParams(e element, offered []element) (*params, *fault) {
	response, err := parseParams(e)
	wrong := &fault{"7692-7-4", "accepts an offer of permessage-deflate that is not good"}
	if bad := asBad(err); bad != nil {
		return nil, &fault{bad.rule, "answers an offer: " + bad.text}
	}
	for _, o := range offered {
		offer, err := parseParams(o)
		if bad := asBad(err); bad != nil {
			if rule, ok := offerRules[bad.rule]; ok {
				wrong = &fault{rule, "accepts an offer though " + bad.text}
			}
			continue
		}
		if o.name != deflateName {
			continue
		}
		bad := asBad(offer.refuses(response))
		if bad == nil {
			return &response, nil
		}
		wrong = &fault{bad.rule, bad.text}
	}
	return nil, wrong
}

// offerRules are what servers have to do about what clients must not meet in a
// response.
var offerRules = map[string]string{ruleUnknownParam: "7692-7-4", ruleBadParam: "7692-7-5", ruleParamTwice: "7692-7-6"}

// hasToken reports whether a list has a token, in any case.
func hasToken(fields []string, token string) bool {
	for _, s := range splitList(strings.Join(fields, ","), ',') {
		if asciiEqual(s, token) {
			return true
		}
	}
	return false
}

// asciiEqual compares without regard to the case of ASCII letters only (section
// 2.1): no other character folds to one.
func asciiEqual(s, t string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return strings.EqualFold(s, t)
}

// checkRequest returns the rule that a client's request breaks, nil if none.
func checkRequest(r *http.Request) *fault {
	fail := func(rule, format string, args ...any) *fault { return &fault{rule, fmt.Sprintf(format, args...)} }
	keys, versions := r.Header.Values("Sec-WebSocket-Key"), r.Header.Values("Sec-WebSocket-Version")
	switch {
	case r.Method != http.MethodGet:
		return fail("6455-4.1-19", "sends the method %s", r.Method)
	case !r.ProtoAtLeast(1, 1):
		return fail("6455-4.1-20", "sends %s", r.Proto)
	case r.Host == "":
		return fail("6455-4.1-22", "sends no Host")
	case !hasToken(r.Header["Upgrade"], "websocket"):
		return fail("6455-4.1-23", "sends Upgrade: %.40q", r.Header["Upgrade"])
	case !hasToken(r.Header["Connection"], "upgrade"):
		return fail("6455-4.1-24", "sends Connection: %.40q", r.Header["Connection"])
	case len(keys) > 1:
		return fail("6455-11.3.1-1", "sends %d fields Sec-WebSocket-Key", len(keys))
	case len(keys) == 0 || !validKey(keys[0]):
		return fail("6455-4.1-25", "sends Sec-WebSocket-Key: %.40q", keys)
	case len(versions) != 1 || versions[0] != "13":
		return fail("6455-4.1-30", "sends Sec-WebSocket-Version: %.40q", versions)
	}
	return checkOffers(r.Header)
}

func validKey(key string) bool {
	b, err := base64.StdEncoding.Strict().DecodeString(key)
	return err == nil && len(b) == 16
}

// checkOffers returns what is wrong with what a client offers.
func checkOffers(h http.Header) *fault {
	if fields := h.Values("Sec-WebSocket-Extensions"); len(fields) > 0 {
		all, err := parseExtensions(fields)
		if err != nil || len(all) == 0 {
			return &fault{"6455-4.3-3", fmt.Sprintf("offers malformed extensions: %.60q", fields)}
		}
		for _, e := range all {
			if bad := asBad(paramsError(e)); bad != nil {
				return &fault{"6455-9.1-6", "offers permessage-deflate, and " + bad.text}
			}
		}
	}
	names := splitList(strings.Join(h.Values("Sec-WebSocket-Protocol"), ","), ',')
	for i, name := range names {
		if !isToken(name) {
			return &fault{"6455-4.1-32", fmt.Sprintf("offers the subprotocol %.40q", name)}
		}
		if slices.Contains(names[:i], name) {
			return &fault{"6455-4.1-33", fmt.Sprintf("offers the subprotocol %.40q twice", name)}
		}
	}
	return nil
}

func paramsError(e element) error {
	if e.name != deflateName {
		return nil
	}
	_, err := parseParams(e)
	return err
}

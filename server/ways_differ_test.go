package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// asked is a request as it is on the wire, with the options of the server that gets it.
type asked struct {
	text     string
	options  server.Options
	fallback bool
}

// oddRequests are those that no fixture of testdata/handshakes has.
var oddRequests = map[string]asked{
	"bare LF, whole":                 {text: strings.ReplaceAll(request(), "\r", "")},
	"folded field":                   {text: request("X: a\r\n b")},
	"absolute target, other host":    {text: request("GET http://other.example/chat HTTP/1.1")},
	"absolute target, own origin":    {text: request("GET http://other.example/chat HTTP/1.1", "Origin: http://other.example")},
	"target *":                       {text: request("GET * HTTP/1.1")},
	"OPTIONS *":                      {text: request("OPTIONS * HTTP/1.1")},
	"lower-case method":              {text: request("get /chat HTTP/1.1")},
	"CONNECT":                        {text: request("CONNECT server.example.com:80 HTTP/1.1")},
	"HEAD":                           {text: request("HEAD /chat HTTP/1.1")},
	"HTTP/1.0":                       {text: request("GET /chat HTTP/1.0")},
	"HTTP/1.2":                       {text: request("GET /chat HTTP/1.2")},
	"HTTP/3.0":                       {text: request("GET /chat HTTP/3.0")},
	"two Hosts":                      {text: request("Host: server.example.com\r\nHost: other.example")},
	"empty Host":                     {text: request("Host:")},
	"head of 15 KiB":                 {text: request("X: " + strings.Repeat("x", 15<<10))},
	"head of 17 KiB":                 {text: request("X: " + strings.Repeat("x", 17<<10))},
	"head of 17 KiB, cut":            {text: "GET /" + strings.Repeat("x", 17<<10)},
	"101 fields":                     {text: request("X: 1" + strings.Repeat("\r\nX: 1", 96))},
	"body":                           {text: request("Content-Length: 2") + "ok"},
	"chunked body":                   {text: request("Transfer-Encoding: chunked") + "2\r\nok\r\n0\r\n\r\n"},
	"two lengths":                    {text: request("Content-Length: 2\r\nContent-Length: 2") + "ok"},
	"malformed length":               {text: request("Content-Length: x")},
	"length and chunks":              {text: request("Content-Length: 2\r\nTransfer-Encoding: chunked") + "0\r\n\r\n"},
	"unknown transfer encoding":      {text: request("Transfer-Encoding: gzip")},
	"Expect without a body":          {text: request("Expect: 100-continue")},
	"Expect with a body":             {text: request("Expect: 100-continue", "Content-Length: 2") + "ok"},
	"other Expect":                   {text: request("Expect: miracles")},
	"pipelined behind an acceptance": {text: request() + request()},
	"pipelined behind a refusal":     {text: request("Sec-WebSocket-Key") + request()},
	"empty lines in front":           {text: "\r\n\r\n" + request()},
	"Trailer":                        {text: request("Trailer: X")},
	"value in Latin-1":               {text: request("X: \xe9")},
	"TLS on a plain port":            {text: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"},
	"foreign origin":                 {text: request("Origin: http://evil.example")},
	"subprotocol":                    {text: request("Sec-WebSocket-Protocol: chat"), options: server.Options{Subprotocols: []string{"chat"}}},
	"fallback: GET":                  {text: page(), fallback: true},
	"fallback: HEAD":                 {text: page("HEAD / HTTP/1.1"), fallback: true},
	"fallback: HTTP/1.0":             {text: page("GET / HTTP/1.0"), fallback: true},
	"fallback: POST without a body":  {text: page("POST / HTTP/1.1"), fallback: true},
	"fallback: body":                 {text: page("POST / HTTP/1.1", "Content-Length: 2") + "ok", fallback: true},
	"fallback: two Hosts":            {text: page("Host: server.example.com\r\nHost: other.example"), fallback: true},
	"fallback: no Host":              {text: page("Host"), fallback: true},
	"fallback: pipelined":            {text: page() + page(), fallback: true},
	"fallback: stripped":             {text: request("Upgrade", "Connection: close"), fallback: true},
	"fallback: stripped, HTTP/1.0":   {text: request("GET /chat HTTP/1.0", "Upgrade", "Connection: close"), fallback: true},
}

// fixtureRequests are the requests of testdata/handshakes, whose README has the format.
func fixtureRequests(t *testing.T) map[string]asked {
	names, err := filepath.Glob("../testdata/handshakes/server-*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	all := make(map[string]asked)
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(name), ".txt")] = readAsked(t, string(b))
	}
	return all
}

func readAsked(t *testing.T, fixture string) (a asked) {
	added := make(http.Header)
	for line := range strings.Lines(fixture) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch value := strings.TrimSpace(rest); word {
		case "<":
			a.text += unescape(t, rest)
		case "supports":
			a.options.Subprotocols = strings.Fields(value)
		case "deflate":
			a.options.Compression.Mode = websocket.ContextTakeover
		case "limit":
			kind, number, _ := strings.Cut(value, " ")
			n, err := strconv.Atoi(number)
			if err != nil {
				t.Fatal(err)
			}
			if kind == "bytes" {
				a.options.MaxHeaderBytes = n
			} else {
				a.options.MaxHeaderLines = n
			}
		case "header":
			name, v, _ := strings.Cut(value, ":")
			added[name] = append(added[name], unescape(t, strings.TrimSpace(v)+`\c`))
		}
	}
	if len(added) > 0 {
		a.options.Check = func(_ *http.Request, response http.Header) error {
			maps.Copy(response, added)
			return nil
		}
	}
	return a
}

// unescape returns the bytes that a line of a fixture stands for.
func unescape(t *testing.T, line string) string {
	line, open := strings.CutSuffix(line, `\c`)
	s, err := strconv.Unquote(`"` + strings.ReplaceAll(line, `"`, `\"`) + `"`)
	if err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	if open {
		return s
	}
	return s + "\r\n"
}

// answerOf sends a request to a Server, and returns all that comes back as text.
func (w way) answerOf(t *testing.T, a asked) string {
	s := server.Handler(echo, &a.options)
	s.OnError = func(*http.Request, error) {}
	if a.fallback {
		s.Fallback = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "%s %s of %s", r.Method, r.URL.Path, r.Host)
		})
	}
	p := w.start(t, s).dial(t)
	p.say(a.text)
	p.Conn.(*net.TCPConn).CloseWrite()
	all, err := io.ReadAll(p)
	if err != nil {
		t.Fatal(err)
	}
	return readable(all)
}

// readable returns the responses and what follows an acceptance, without what is never the same.
func readable(all []byte) (text string) {
	in := bufio.NewReader(bytes.NewReader(all))
	for {
		if _, err := in.Peek(1); err != nil {
			return text
		}
		r, err := http.ReadResponse(in, nil)
		if err != nil {
			return text + err.Error()
		}
		body, _ := io.ReadAll(r.Body)
		if r.StatusCode == http.StatusSwitchingProtocols {
			body, _ = io.ReadAll(in)
		}
		delete(r.Header, "Date")
		delete(r.Header, "Connection") // which depends on the version of HTTP
		text += fmt.Sprintf("%d %v %q\n", r.StatusCode, r.Header, body)
	}
}

// statusOf returns the first status of an answer, 0 if there is none.
func statusOf(answer string) (status int) {
	fmt.Sscan(answer, &status)
	return status
}

// Why the ways in differ. The documentation of the package says the same.
const (
	ownWords   = "net/http answers what it cannot read itself, in its own words"
	ownAnswer  = "net/http answers it itself and has nobody asked"
	tolerates  = "net/http reads line ends and folded lines as older versions of HTTP had them"
	earlier    = "a raw listener looks at what there is of a head"
	expects    = "a raw listener takes no notice of Expect"
	oneRequest = "a raw listener reads one request, without a body, from a connection"
)

// differences are the requests that the two ways answer differently, with the statuses through net/http and on a raw
// listener, 0 for no answer.
var differences = map[string]struct {
	netHTTP, raw int
	why          string
}{
	"server-bare-cr":                      {400, 400, ownWords},
	"server-bare-lf":                      {400, 400, ownWords},
	"server-field-name":                   {400, 400, ownWords},
	"server-host-malformed":               {400, 400, ownWords},
	"server-host-missing":                 {400, 400, ownWords},
	"server-host-missing-absolute-target": {400, 400, ownWords},
	"server-host-twice":                   {400, 400, ownWords},
	"server-http-2-preface":               {505, 505, ownWords},
	"server-no-colon":                     {400, 400, ownWords},
	"server-nul":                          {400, 400, ownWords},
	"server-request-line-09":              {400, 400, ownWords},
	"server-request-line-spaces":          {400, 400, ownWords},
	"server-request-line-version":         {400, 400, ownWords},
	"server-space-before-colon":           {400, 400, ownWords},
	"server-tls":                          {400, 400, ownWords},
	"two Hosts":                           {400, 400, ownWords},
	"HTTP/3.0":                            {505, 505, ownWords},
	"malformed length":                    {400, 400, ownWords},
	"unknown transfer encoding":           {501, 400, ownWords},
	"empty lines in front":                {400, 400, ownWords},
	"TLS on a plain port":                 {400, 400, ownWords},
	"fallback: two Hosts":                 {400, 400, ownWords},
	"server-incomplete":                   {400, 0, ownWords},
	"OPTIONS *":                           {200, 400, ownAnswer},
	"other Expect":                        {417, 101, expects},
	"server-folded-line":                  {101, 400, tolerates},
	"folded field":                        {101, 400, tolerates},
	"bare LF, whole":                      {101, 400, tolerates},
	"head of 17 KiB, cut":                 {400, 431, earlier},
	"fallback: body":                      {200, 413, oneRequest},
	"fallback: pipelined":                 {200, 200, oneRequest},
	"fallback: no Host":                   {400, 400, ownWords},
}

// The two ways into a Server answer all requests alike, but for those of the table.
func TestWaysDiffer(t *testing.T) {
	all := fixtureRequests(t)
	maps.Copy(all, oddRequests)
	for name := range differences {
		if _, ok := all[name]; !ok {
			t.Errorf("there is no request %q", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			netHTTP, raw := way{netHTTP: true}.answerOf(t, all[name]), way{}.answerOf(t, all[name])
			known, listed := differences[name]
			switch {
			case listed && netHTTP == raw:
				t.Errorf("no difference any more: %s", raw)
			case listed && (statusOf(netHTTP) != known.netHTTP || statusOf(raw) != known.raw):
				t.Errorf("want %d and %d (%s)\nnet/http: %s\nraw:      %s",
					known.netHTTP, known.raw, known.why, netHTTP, raw)
			case !listed && netHTTP != raw:
				t.Errorf("a difference that is not listed\nnet/http: %s\nraw:      %s", netHTTP, raw)
			}
		})
	}
}

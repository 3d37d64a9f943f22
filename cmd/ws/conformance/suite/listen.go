package suite

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Listen tests the clients that connect to l, until ctx ends. It answers to the
// URLs of the Autobahn suite's fuzzing server, so that what was written to run
// with that runs as it is:
//
//	/getCaseCount                   the number of cases, as a text message
//	/runCase?case=N&agent=A         runs the N-th case, from 1
//	/getCaseStatus?case=N&agent=A   how the agent did in it, as JSON
//	/getCaseInfo?case=N             what it is, as JSON
//	/updateReports?agent=A          says that the agent has done
//
// casetuple=ID may stand instead of case=N. Anything may stand before the paths.
//
// It returns a run for each agent, in the order in which they came. A case that
// an agent did not ask for counts as an error.
func Listen(ctx context.Context, l net.Listener, o Options) ([]verdict.Run, error) {
	o, err := o.orDefaults(protocol.Client)
	if err != nil {
		return nil, err
	}
	h := &hall{options: o}
	var all sync.WaitGroup
	defer context.AfterFunc(ctx, func() { l.Close() })()
	for {
		conn, err := l.Accept()
		if err != nil {
			all.Wait()
			if ctx.Err() != nil {
				err = nil
			}
			return h.runs(), err
		}
		all.Go(func() {
			defer conn.Close()
			defer context.AfterFunc(ctx, func() { conn.Close() })()
			h.serve(ctx, conn)
		})
	}
}

// hall is where clients come.
type hall struct {
	options Options

	mu     sync.Mutex
	agents []*agent
}

// agent is a client by the name that it gives itself.
type agent struct {
	name    string
	began   time.Time
	ended   time.Time
	results []*verdict.Result // by case
	keys    map[string]bool   // of opening handshakes
	fault   *fault            // of one of its opening handshakes
	running sync.WaitGroup    // its cases
}

// anonymous is the agent without a name.
const anonymous = "client"

// agent returns the agent of a name, with the lock held.
func (h *hall) agent(name string) *agent {
	if name == "" {
		name = anonymous
	}
	for _, a := range h.agents {
		if a.name == name {
			return a
		}
	}
	a := &agent{name: name, began: time.Now(), keys: map[string]bool{}, results: make([]*verdict.Result, len(h.options.Cases))}
	h.agents = append(h.agents, a)
	return a
}

// runs returns what all agents did.
func (h *hall) runs() (all []verdict.Run) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range h.agents {
		if run := a.run(h.options.Cases); run.Results != nil {
			all = append(all, run)
		}
	}
	return all
}

// run returns what an agent did; without results if it has not begun a case.
func (a *agent) run(cases []*Case) verdict.Run {
	run := verdict.Run{Subject: a.name, Peer: protocol.Client, Began: a.began, Took: a.ended.Sub(a.began)}
	if a.ended.IsZero() {
		return run
	}
	for i, r := range a.results {
		if r == nil {
			r = &verdict.Result{Case: &cases[i].Case, Verdict: verdict.Error, Want: "a connection", Got: "the client has not asked for the case"}
		}
		run.Results = append(run.Results, *r)
	}
	return run
}

// serve serves a connection.
func (h *hall) serve(ctx context.Context, conn net.Conn) {
	w := &wire{began: time.Now()}
	head, behind, err := readHead(conn, w, protocol.Client, time.Now().Add(openingTime))
	if err != nil {
		return
	}
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(head)))
	if err != nil {
		refuse(conn, http.StatusBadRequest, err.Error())
		return
	}
	v := &visit{hall: h, conn: conn, wire: w, request: r, behind: behind, query: r.URL.Query()}
	switch path.Base(r.URL.Path) {
	case "getCaseCount":
		v.tell(strconv.Itoa(len(h.options.Cases)))
	case "runCase":
		v.runCase(ctx)
	case "getCaseStatus":
		v.caseStatus()
	case "getCaseInfo":
		v.caseInfo()
	case "updateReports":
		v.updateReports()
	default:
		refuse(conn, http.StatusNotFound, "there are /getCaseCount, /runCase, /getCaseStatus, /getCaseInfo and /updateReports")
	}
}

func refuse(conn net.Conn, status int, text string) {
	conn.SetWriteDeadline(time.Now().Add(defaultPatience))
	fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s",
		status, http.StatusText(status), len(text), text)
}

// visit is a connection of a client's.
type visit struct {
	hall    *hall
	conn    net.Conn
	wire    *wire
	request *http.Request
	behind  []byte // what came behind the request
	query   url.Values
}

// agent returns who visits.
func (v *visit) agent() *agent {
	v.hall.mu.Lock()
	defer v.hall.mu.Unlock()
	return v.hall.agent(v.query.Get("agent"))
}

// chosen returns the case that the query names, and its place.
func (v *visit) chosen() (*Case, int) {
	cases := v.hall.options.Cases
	if n, err := strconv.Atoi(v.query.Get("case")); err == nil && n >= 1 && n <= len(cases) {
		return cases[n-1], n - 1
	}
	for i, c := range cases {
		if c.ID == v.query.Get("casetuple") {
			return c, i
		}
	}
	refuse(v.conn, http.StatusNotFound, fmt.Sprintf("there is no such case; case is a number from 1 to %d, casetuple an id", len(cases)))
	return nil, 0
}

// runCase runs a case.
func (v *visit) runCase(ctx context.Context) {
	c, i := v.chosen()
	if c == nil {
		return
	}
	a := v.agent()
	a.running.Add(1)
	defer a.running.Done()
	f, code := v.run(c)
	r := &verdict.Result{
		Case: &c.Case, Verdict: f.verdict, Broken: f.broken, Want: f.want, Got: f.got,
		Close: code, Took: time.Since(v.wire.began), Wire: v.wire.record(),
	}
	if ctx.Err() != nil {
		return
	}
	v.hall.mu.Lock()
	defer v.hall.mu.Unlock()
	a.results[i], a.ended = r, time.Now()
	if v.hall.options.Progress != nil {
		v.hall.options.Progress(r)
	}
}

// tell sends a text message, and closes.
func (v *visit) tell(text string) {
	c := Case{Case: verdict.Case{Peer: protocol.Client, Rules: []string{ruleInOrder}}, variant: whole}
	pieces := []piece{{frames: [][]byte{
		appendFrame(nil, header{fin: true, opcode: opText}, []byte(text)),
		appendFrame(nil, header{fin: true, opcode: opClose}, closePayload(1000)),
	}}}
	if text == "" {
		pieces[0].frames = pieces[0].frames[1:]
	}
	c.script = &script{turns: []turn{{pieces: pieces, end: ending{how: closed, codes: []int{1000}}}}}
	if v.accept(nil) {
		c.playOn(v.conn, v.wire, nil, v.behind, v.hall.options.Patience)
	}
}

// accept accepts the opening handshake.
func (v *visit) accept(agreed *params) bool {
	extensions := ""
	if agreed != nil {
		extensions = fmt.Sprintf("Sec-WebSocket-Extensions: %s\r\n", agreed)
	}
	return v.write(fmt.Appendf(nil, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: %s\r\n%s\r\n", acceptKey(v.key()), extensions))
}

func (v *visit) key() string { return v.request.Header.Get("Sec-WebSocket-Key") }

func (v *visit) write(p []byte) bool {
	v.conn.SetWriteDeadline(time.Now().Add(openingTime))
	_, err := v.conn.Write(p)
	v.conn.SetWriteDeadline(time.Time{})
	v.wire.add(protocol.Server, p)
	return err == nil
}

// behaviors are the words of the Autobahn suite.
var behaviors = map[verdict.Verdict]string{
	verdict.Pass: "OK", verdict.NonStrict: "NON-STRICT", verdict.Fail: "FAILED", verdict.Error: "FAILED",
	verdict.Unimplemented: "UNIMPLEMENTED", verdict.Informational: "INFORMATIONAL",
}

func (v *visit) caseStatus() {
	c, i := v.chosen()
	if c == nil {
		return
	}
	a := v.agent()
	a.running.Wait()
	v.hall.mu.Lock()
	r := a.results[i]
	v.hall.mu.Unlock()
	behavior := "FAILED"
	if r != nil {
		behavior = behaviors[r.Verdict]
	}
	v.tellJSON(map[string]string{"behavior": behavior})
}

func (v *visit) caseInfo() {
	if c, _ := v.chosen(); c != nil {
		v.tellJSON(map[string]string{"id": c.ID, "description": c.Title})
	}
}

func (v *visit) tellJSON(fields map[string]string) {
	text, err := json.Marshal(fields)
	if err == nil {
		v.tell(string(text))
	}
}

// updateReports ends the run of an agent.
func (v *visit) updateReports() {
	a := v.agent()
	a.running.Wait()
	v.hall.mu.Lock()
	run := a.run(v.hall.options.Cases)
	v.hall.mu.Unlock()
	if v.hall.options.Report != nil && run.Results != nil {
		v.hall.options.Report(run)
	}
	v.tell("")
}

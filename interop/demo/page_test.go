package demo

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// view is how a page is looked at.
type view struct {
	width, height int
	phone, dark   bool
}

var (
	desktop = view{width: 1280, height: 800}
	phone   = view{width: 390, height: 844, phone: true}
)

// in returns v with dark mode.
func (v view) inDark() view { v.dark = true; return v }

// page is a page in a browser of its own: it shares no storage with others.
type page struct {
	testing.TB
	browser *browser
	session string

	mu       sync.Mutex
	expected []*regexp.Regexp // complaints that are meant to be
	errors   []string
}

// open opens a page, and fails the test in the end if it has written errors to the console.
func (b *browser) open(t *testing.T, url string, v view) *page {
	t.Helper()
	p := &page{TB: t, browser: b}
	if p.session = b.takeIdle(); p.session == "" {
		p.begin()
	}
	b.mu.Lock()
	b.pages[p.session] = p
	b.mu.Unlock()
	p.network(true)
	p.look(v)
	p.load(url)
	t.Cleanup(func() {
		p.leave()
		for _, text := range p.complaints() {
			t.Errorf("the console of %s: %s", url, text)
		}
	})
	return p
}

// begin makes the page. That takes a second, so it is used again by later tests.
func (p *page) begin() {
	p.Helper()
	var context struct{ BrowserContextID string }
	var target struct{ TargetID string }
	var session struct{ SessionID string }
	p.call("Target.createBrowserContext", object{}, &context)
	p.call("Target.createTarget", object{
		"url": "about:blank", "browserContextId": context.BrowserContextID, "newWindow": true, "width": 1280, "height": 800,
	}, &target)
	p.call("Target.attachToTarget", object{"targetId": target.TargetID, "flatten": true}, &session)
	p.session = session.SessionID
	p.call("Runtime.enable", object{}, nil)
	p.call("Log.enable", object{}, nil)
	p.call("Page.enable", object{}, nil)
	p.call("Network.enable", object{}, nil)
}

// leave empties the page for the next test. That of a test which has failed is not used again.
func (p *page) leave() {
	b := p.browser
	b.mu.Lock()
	delete(b.pages, p.session)
	b.mu.Unlock()
	if p.Failed() {
		return
	}
	p.call("Runtime.evaluate", object{"expression": "sessionStorage.clear()"}, nil)
	p.load("about:blank")
	b.mu.Lock()
	defer b.mu.Unlock()
	b.idle = append(b.idle, p.session)
}

// takeIdle returns the session of a page that nobody uses, "" if there is none.
func (b *browser) takeIdle() (session string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.idle); n > 0 {
		session, b.idle = b.idle[n-1], b.idle[:n-1]
	}
	return session
}

// load goes to url.
func (p *page) load(url string) {
	p.Helper()
	p.call("Page.navigate", object{"url": url}, nil)
	p.wait(fmt.Sprintf("location.href.startsWith(%s) && document.readyState == 'complete'", quote(url)))
}

// arrives waits until the page at path has been loaded, after a click on a link to it.
func (p *page) arrives(path string) {
	p.Helper()
	there := object{"expression": "location.pathname == " + quote(path) + " && document.readyState == 'complete'", "returnByValue": true}
	for late := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		var r struct{ Result struct{ Value bool } }
		err := p.browser.call(p.session, "Runtime.evaluate", there, &r) // fails for a page that is just being left
		switch {
		case err == nil && r.Result.Value:
			return
		case time.Now().After(late):
			p.Fatalf("%s is not arrived at: %v", path, err)
		}
	}
}

// look changes how the page is looked at.
func (p *page) look(v view) {
	p.Helper()
	p.call("Emulation.setDeviceMetricsOverride", object{
		"width": v.width, "height": v.height, "deviceScaleFactor": 1, "mobile": v.phone,
	}, nil)
	p.call("Emulation.setTouchEmulationEnabled", object{"enabled": v.phone}, nil)
	scheme := "light"
	if v.dark {
		scheme = "dark"
	}
	p.call("Emulation.setEmulatedMedia", object{"features": []object{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// call runs a command on the page.
func (p *page) call(method string, params, result any) {
	p.Helper()
	if err := p.browser.call(p.session, method, params, result); err != nil {
		p.Fatal(err)
	}
}

// happened notes errors.
func (p *page) happened(a answer) {
	var e struct {
		Type             string
		Args             []object
		ExceptionDetails object
		Entry            struct{ Level, Source, Text, URL string }
	}
	json.Unmarshal(a.Params, &e)
	text := ""
	switch {
	case a.Method == "Runtime.exceptionThrown":
		text = fmt.Sprint(e.ExceptionDetails)
	case a.Method == "Runtime.consoleAPICalled" && (e.Type == "error" || e.Type == "warning" || e.Type == "assert"):
		text = fmt.Sprint(e.Args)
	case a.Method == "Log.entryAdded" && (e.Entry.Level == "error" || e.Entry.Level == "warning"):
		text = e.Entry.Text + " " + e.Entry.URL
	default:
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.ContainsFunc(p.expected, func(e *regexp.Regexp) bool { return e.MatchString(text) }) {
		p.errors = append(p.errors, text)
	}
}

// mayComplain allows for such complaints from now on.
func (p *page) mayComplain(such *regexp.Regexp) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, such)
}

// refused is what the console says of a connection while the server or the network is away.
var refused = regexp.MustCompile("^WebSocket connection to .*ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED)")

// mayBeRefused allows for failed connections from now on: the server or the network will be away.
func (p *page) mayBeRefused() { p.mayComplain(refused) }

func (p *page) complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.errors
}

// eval returns the value of an expression, decoded into T.
func eval[T any](p *page, expression string) T {
	p.Helper()
	var r struct {
		Result           struct{ Value T }
		ExceptionDetails object
	}
	p.call("Runtime.evaluate", object{"expression": expression, "returnByValue": true, "awaitPromise": true}, &r)
	if r.ExceptionDetails != nil {
		p.Fatalf("%s: %v", expression, r.ExceptionDetails)
	}
	return r.Result.Value
}

// wait waits until an expression is true.
func (p *page) wait(expression string) {
	p.Helper()
	for late := time.Now().Add(patience); !eval[bool](p, "!!("+expression+")"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(late) {
			p.shoot("failed.png")
			p.Fatalf("this does not come about: %s\nthe page says:\n%s", expression, eval[string](p, "document.body.innerText"))
		}
	}
}

// online waits until the page says that it is connected, or that it is not.
func (p *page) online(is bool) {
	p.Helper()
	p.wait(fmt.Sprintf("document.getElementById('state').classList.contains('online') == %t", is))
}

// noteStates has the page note what its state says from now on.
func (p *page) noteStates() {
	p.Helper()
	eval[any](p, `{
		const state = document.getElementById("state");
		window.states = [];
		new MutationObserver(() => states.push(state.innerText)).observe(state, {childList: true});
	}`)
}

// states returns what the state has said since noteStates.
func (p *page) states() []string {
	p.Helper()
	return eval[[]string](p, "states")
}

// text returns what an element says.
func (p *page) text(selector string) string {
	p.Helper()
	return eval[string](p, "document.querySelector("+quote(selector)+").innerText")
}

// place returns the middle of an element, after it has been scrolled into view.
func (p *page) place(selector string) (x, y float64) {
	p.Helper()
	p.wait("document.querySelector(" + quote(selector) + ")")
	at := eval[[]float64](p, `(e => {
		e.scrollIntoView({block: "nearest"});
		const r = e.getBoundingClientRect();
		return [r.x + r.width / 2, r.y + r.height / 2];
	})(document.querySelector(`+quote(selector)+`))`)
	return at[0], at[1]
}

// mouse sends a mouse event: mousePressed, mouseMoved or mouseReleased.
func (p *page) mouse(kind string, x, y float64, button string) {
	p.Helper()
	p.call("Input.dispatchMouseEvent", object{"type": kind, "x": x, "y": y, "button": button, "buttons": 1, "clickCount": 1}, nil)
}

// click clicks on an element.
func (p *page) click(selector string) {
	p.Helper()
	x, y := p.place(selector)
	p.drag([2]float64{x, y})
}

// drag presses the left button at the first point, moves through the others and releases it at the last.
func (p *page) drag(points ...[2]float64) {
	p.Helper()
	p.mouse("mousePressed", points[0][0], points[0][1], "left")
	for _, at := range points[1:] {
		p.mouse("mouseMoved", at[0], at[1], "left")
	}
	last := points[len(points)-1]
	p.mouse("mouseReleased", last[0], last[1], "left")
}

// touch sends a touch event: touchStart or touchMove of a finger, touchEnd of none.
func (p *page) touch(kind string, fingers ...[2]float64) {
	p.Helper()
	points := []object{}
	for _, at := range fingers {
		points = append(points, object{"x": at[0], "y": at[1]})
	}
	p.call("Input.dispatchTouchEvent", object{"type": kind, "touchPoints": points}, nil)
}

// network takes the network away from the page, or brings it back.
func (p *page) network(is bool) {
	p.Helper()
	p.call("Network.emulateNetworkConditions", object{"offline": !is, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}, nil)
}

// key presses and releases a key by its name, such as Enter, Tab or ArrowLeft.
func (p *page) key(name string) {
	p.Helper()
	p.keyDown(name)
	p.keyUp(name)
}

// keys are those that need a number, and the text that they write.
var keys = map[string]struct {
	code int
	text string
}{
	"Enter": {13, "\r"}, "Tab": {9, ""}, "Escape": {27, ""}, " ": {32, " "}, "Backspace": {8, ""},
	"ArrowLeft": {37, ""}, "ArrowUp": {38, ""}, "ArrowRight": {39, ""}, "ArrowDown": {40, ""},
}

func (p *page) keyDown(name string) {
	p.Helper()
	k, known := keys[name]
	if !known {
		k.code, k.text = int(strings.ToUpper(name)[0]), name
	}
	p.call("Input.dispatchKeyEvent", object{"type": "keyDown", "key": name, "code": keyCode(name), "windowsVirtualKeyCode": k.code, "text": k.text}, nil)
}

func (p *page) keyUp(name string) {
	p.Helper()
	p.call("Input.dispatchKeyEvent", object{"type": "keyUp", "key": name, "code": keyCode(name)}, nil)
}

// keyCode returns the physical key of a name.
func keyCode(name string) string {
	switch {
	case name == " ":
		return "Space"
	case len(name) == 1:
		return "Key" + strings.ToUpper(name)
	}
	return name
}

// write types into what has the focus, a character at a time.
func (p *page) write(text string) {
	p.Helper()
	for _, r := range text {
		p.call("Input.dispatchKeyEvent", object{"type": "keyDown", "key": string(r), "text": string(r)}, nil)
		p.call("Input.dispatchKeyEvent", object{"type": "keyUp", "key": string(r)}, nil)
	}
}

// fill clicks on a field and types in the place of what it has.
func (p *page) fill(selector, text string) {
	p.Helper()
	p.click(selector)
	eval[any](p, "document.activeElement.select?.()")
	p.write(text)
}

// shoot writes a screenshot, if somebody wants to see it.
func (p *page) shoot(name string) {
	p.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name), p.picture(), 0o666); err != nil {
		p.Error(err)
	}
}

// picture returns a screenshot, as PNG.
func (p *page) picture() []byte {
	p.Helper()
	var shot struct{ Data string }
	p.call("Page.captureScreenshot", object{"format": "png"}, &shot)
	picture, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		p.Fatal(err)
	}
	return picture
}

// shootAll writes screenshots of the usual views.
func (p *page) shootAll(name string) {
	p.Helper()
	if os.Getenv("SCREENSHOTS") == "" {
		return
	}
	for suffix, v := range map[string]view{"": desktop, "-dark": desktop.inDark(), "-phone": phone, "-phone-dark": phone.inDark()} {
		p.look(v)
		time.Sleep(200 * time.Millisecond) // for what is drawn anew
		p.shoot(name + suffix + ".png")
	}
	p.look(desktop)
}

// quote returns text as a JavaScript string.
func quote(text string) string {
	q, _ := json.Marshal(text)
	return string(q)
}

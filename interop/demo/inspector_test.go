package demo

import (
	"regexp"
	"strings"
	"testing"
)

// inspect opens the inspector and waits until its own connection has been seen to open.
func (b *browser) inspect(t *testing.T, s *site) *page {
	t.Helper()
	p := b.open(t, s.url("/inspector"), desktop)
	p.online(true)
	p.seen("101 Switching Protocols")
	return p
}

// seen waits for a line of the sequence.
func (p *page) seen(text string) {
	p.Helper()
	p.wait("[...document.querySelectorAll('#steps li')].some(e => e.innerText.includes(" + quote(text) + "))")
}

// shows waits until what is taken apart has a title.
func (p *page) shows(title string) {
	p.Helper()
	p.wait("document.getElementById('part-title').innerText == " + quote(title))
}

func TestInspectorLive(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	p, other := b.inspect(t, s), b.inspect(t, s)
	p.seen("GET /ws/inspector?watch=")
	p.fill("#text", "Hello <b>you</b>")
	p.key("Enter")
	p.shows(`Frame: text "Hello <b>you</b>"`)
	p.wait("document.querySelectorAll('.step.server').length == 2")
	p.click("#binary")
	p.seen("binary 8 bytes")
	p.click("#ping")
	p.seen("pong ")
	p.shootAll("inspector-live")
	p.look(phone)
	p.click("#steps li:nth-child(3) .step")
	p.wait("document.getElementById('part-title').getBoundingClientRect().top < innerHeight / 2")
	p.shoot("inspector-part-phone.png")
	p.look(desktop)

	p.click("#steps li:nth-child(2) .step")
	p.shows("HTTP/1.1 101 Switching Protocols")
	p.click(".box:nth-child(4)")
	p.wait("document.querySelector('#explanation h3').innerText.startsWith('Sec-WebSocket-Accept')")
	p.shoot("inspector-handshake.png")

	// A field is explained when it gets the focus.
	p.click("#steps li:nth-child(3) .step")
	p.wait("document.querySelector('.step[aria-current] .note').innerText.startsWith('client')")
	p.click(".box.opcode")
	p.wait("document.querySelector('#explanation h3').innerText.startsWith('opcode')")
	p.key("Tab")
	p.wait("document.querySelector('#explanation h3').innerText.startsWith('MASK')")
	p.wait("document.querySelector('#explanation').innerText.includes('6455-5.1-1')")

	if text := eval[string](p, `(async () => {
		let copied;
		Object.defineProperty(navigator, "clipboard", {value: {writeText: async text => { copied = text; }}});
		document.getElementById("copy").click();
		await Promise.resolve();
		return copied;
	})()`); !strings.HasPrefix(text, "sequenceDiagram\n") || !strings.Contains(text, `C->>S: text #34;Hello #60;b#62;you#60;/b#62;#34;`) ||
		!strings.Contains(text, "S-->>C: ping") || !strings.Contains(text, "C-->>S: pong") {
		t.Errorf("copied:\n%s", text)
	}
	p.click("#close")
	p.seen("close 1000 (normal closure) \"done\"")
	p.seen("the connection has ended")
	p.shoot("inspector-closed.png")
	p.click("#again")
	p.wait("!document.getElementById('ping').disabled")
	if n := eval[int](other, "document.querySelectorAll('#steps li').length"); n != 2 {
		t.Errorf("another page has %d lines, want those of its own opening handshake", n)
	}
}

// A server that breaks a rule is found out, by this page and by Chromium.
func TestInspectorBreach(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	p := b.inspect(t, s)
	for how, want := range map[string]string{"masked": "6455-5.1-6", "not-utf-8": "6455-8.1-1", "length": "6455-5.2-13", "close-code": "6455-7.4.1-7"} {
		p.wait("!document.getElementById('ping').disabled")
		p.mayComplain(regexp.MustCompile("^WebSocket connection to .*watch="))
		eval[any](p, "document.getElementById('how').value = "+quote(how))
		p.click("#breach button")
		p.wait("!document.getElementById('violation').hidden && document.getElementById('violation').innerText.includes(" + quote(want) + ")")
		p.wait("!document.getElementById('again').disabled")
		p.wait("document.querySelector('.step[aria-current]').classList.contains('broken')")
		p.wait("/^the connection has ended at [0-9.]+ s$/.test(document.getElementById('over').textContent)")
		p.inList(".step[aria-current]", ".over")
		if how == "not-utf-8" {
			p.shootAll("inspector-breach")
		}
		p.click("#clear")
		p.click("#again")
	}
}

// inList waits until elements are in view in the list of what passed.
func (p *page) inList(selectors ...string) {
	p.Helper()
	for _, s := range selectors {
		p.wait(`(() => {
			const list = document.getElementById("steps").getBoundingClientRect();
			const e = [...document.querySelectorAll(` + quote("#steps "+s) + `)].at(-1).getBoundingClientRect();
			return e.top >= list.top && e.bottom <= list.bottom;
		})()`)
	}
}

// inView waits until all of an element can be seen.
func (p *page) inView(selector string) {
	p.Helper()
	p.wait("(e => e.height > 0 && e.top >= 0 && e.bottom <= innerHeight)(document.querySelector(" +
		quote(selector) + ").getBoundingClientRect())")
}

// Who looks at something else, in a long list, is shown the frame by which the server breaks a rule, and that this was
// the end. The frame stays until something else is chosen.
func TestInspectorShowsTheBreach(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	p := b.inspect(t, s)
	p.mayComplain(regexp.MustCompile("^WebSocket connection to .*watch="))
	for range 10 {
		p.click("#binary")
	}
	p.wait("document.querySelectorAll('.step.server').length == 11")
	p.click("#steps li:nth-child(3) .step")
	p.shows("Frame: binary 8 bytes")
	eval[any](p, "document.getElementById('steps').scrollTop = 0")
	p.click("#breach button")
	p.wait("!document.getElementById('violation').hidden")
	p.wait("document.getElementById('over').textContent.startsWith('the connection has ended')")
	p.inList(".step[aria-current]", ".over")
	p.inView("#over")
	p.click("#again")
	p.wait("!document.getElementById('ping').disabled")
	if over := eval[string](p, "document.getElementById('over').textContent"); over == "" {
		t.Error("the frame is one of a connection that goes on")
	}
	p.click("#steps li:last-child .step") // of the new connection
	p.wait("document.getElementById('over').textContent == ''")
}

// On a phone the figure is below what brings it about, and comes into view.
func TestInspectorPhone(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	p := b.inspect(t, s)
	p.mayComplain(regexp.MustCompile("^WebSocket connection to .*watch="))
	p.look(phone)
	p.fill("#text", "Hello")
	p.key("Enter")
	p.wait("document.querySelectorAll('.step.server').length == 2")
	p.click("#steps li:nth-child(3) .step")
	p.shows(`Frame: text "Hello"`)
	p.inView("#figure")
	p.shoot("inspector-figure-phone.png")
	p.click("#breach button")
	p.wait("!document.getElementById('violation').hidden")
	p.inView("#violation")
	p.inView("#figure")
	p.wait("document.getElementById('over').textContent != ''")
	p.inView("#over")
	p.shoot("inspector-broken-phone.png")
	p.look(phone.inDark())
	p.shoot("inspector-broken-phone-dark.png")
	p.look(phone)
	p.inList(".step[aria-current]", ".over")
	p.click("#paste-mode")
	p.example("Not masked")
	p.inView("#figure")
	p.example("A masked Hello")
	p.shows(`Frame: text "Hello"`)
	p.inView("#figure")
	p.shoot("inspector-pasted-phone.png")
	p.fill("#bytes", "88 00")
	p.click("#dissect .primary")
	p.shows("Frame: close")
	p.inView("#figure")
}

func TestInspectorPaste(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	p := b.inspect(t, s)
	p.click("#paste-mode")
	p.click("#examples button")
	p.shows(`Frame: text "Hello"`)
	if text := p.text("#payload"); !strings.Contains(text, "7f 9f 4d 51 58") || !strings.Contains(text, "48 65 6c 6c 6f") || !strings.Contains(text, "Hello") {
		t.Errorf("payload: %s", text)
	}
	boxes := eval[[]string](p, "[...document.querySelectorAll('.box:not([aria-hidden]) .value')].map(e => e.innerText)")
	if got := strings.Join(boxes, " "); got != "1 0 0 0 0001 1 0000101 37 fa 7f 9f" {
		t.Errorf("boxes: %s", got)
	}
	p.shootAll("inspector-paste")
	p.look(view{width: 360, height: 640, phone: true})
	if wide := eval[int](p, "document.documentElement.scrollWidth"); wide > 360 {
		t.Errorf("%d pixels wide on a phone of 360", wide)
	}
	p.look(desktop)
	for title, want := range map[string]string{
		"Compressed, twice": `Frame: text (compressed) "Hello"`, "256 bytes": "Frame: binary 256 bytes",
	} {
		p.example(title)
		p.shows(want)
	}
	p.shoot("inspector-256.png")
	p.example("A length in too many bits")
	p.wait("document.getElementById('violation').innerText.includes('6455-5.2-13')")
	p.shoot("inspector-length.png")
	p.fill("#bytes", "8z")
	p.click("#dissect .primary")
	p.wait("document.getElementById('wrong').innerText == 'Line 1: “z” is no hex digit.'")
	p.shoot("inspector-wrong.png")
	p.fill("#bytes", "0x88, 0x00 // a Close")
	p.click("#dissect .primary")
	p.shows("Frame: close")
	p.wait("document.getElementById('wrong').innerText == ''")
	p.click("#live-mode")
	p.seen("101 Switching Protocols")
}

// example clicks on the example with a title.
func (p *page) example(title string) {
	p.Helper()
	eval[any](p, "[...document.querySelectorAll('#examples button')].find(e => e.innerText == "+quote(title)+").id = 'wanted'")
	p.click("#wanted")
	eval[any](p, "document.getElementById('wanted').id = ''")
}

// After a restart the page watches a connection again. One who does not read does not hold up the end.
func TestInspectorRestart(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	p, other := b.inspect(t, s), b.inspect(t, s)
	s.deaf(t, "/ws/inspector", `{"kind":"paste","text":"81 00","from":"server"}`)
	for _, p := range []*page{p, other} {
		p.mayBeRefused()
	}
	s.stop(t)
	for _, p := range []*page{p, other} {
		p.online(false)
		p.wait("document.getElementById('ping').disabled")
	}
	s.start(t)
	for _, p := range []*page{p, other} {
		p.online(true)
		p.seen("the connection has ended")
		p.wait("!document.getElementById('ping').disabled")
		p.fill("#text", "again")
		p.key("Enter")
		p.wait("[...document.querySelectorAll('.step.server')].some(e => e.innerText.includes('again'))")
	}
}

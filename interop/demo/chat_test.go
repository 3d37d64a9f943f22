package demo

import (
	"fmt"
	"slices"
	"testing"
)

// chat opens the chat and takes a name.
func (b *browser) chat(t *testing.T, s *site, room, name string) *page {
	t.Helper()
	p := b.open(t, s.url("/chat?room="+room), desktop)
	p.online(true)
	p.fill("#name", name)
	p.key("Enter")
	p.wait("document.activeElement.id == 'text'")
	p.wait(fmt.Sprintf(`/^%s( \d+)? \(you\)$/m.test(document.getElementById("people").innerText)`, name))
	return p
}

// say types a message and sends it.
func (p *page) say(text string) {
	p.Helper()
	p.fill("#text", text)
	p.key("Enter")
}

// log returns the texts in the log, those that wait included.
func (p *page) log() []string {
	p.Helper()
	return eval[[]string](p, "[...document.querySelectorAll('#log .text')].map(e => e.innerText)")
}

// hears waits until there are as many texts in the log, none of them waiting, and compares them.
func (p *page) hears(want ...string) {
	p.Helper()
	p.wait(fmt.Sprintf("document.querySelectorAll('#log li:not(.waiting) .text').length >= %d && !document.querySelector('.waiting')", len(want)))
	if got := p.log(); !slices.Equal(got, want) {
		p.Errorf("in the log: %q\nwant: %q", got, want)
	}
}

func TestChat(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.chat(t, s, "test", "Ann"), b.chat(t, s, "test", "Ben")
	ann.wait("document.getElementById('count').innerText == 'Here (2)'")

	ann.fill("#text", "Hello Ben")
	ben.wait("document.getElementById('typing').innerText == 'Ann is typing…'")
	ann.click("#form button")
	ben.hears("Hello Ben")
	ben.wait("document.getElementById('typing').innerText == ''")
	ben.say("Hi Ann")
	ben.say("<img src=x onerror=alert(1)>")
	all := []string{"Hello Ben", "Hi Ann", "<img src=x onerror=alert(1)>"}
	ann.hears(all...)
	ben.hears(all...)

	late := b.chat(t, s, "test", "ann")
	late.hears(all...)
	if names := late.text("#people"); names != "Ann\nBen\nann 2 (you)" {
		t.Errorf("here: %q", names)
	}
	elsewhere := b.chat(t, s, "other", "Ann")
	elsewhere.hears()
	late.load("about:blank")
	ann.wait("document.getElementById('count').innerText == 'Here (2)'")
	ann.shootAll("chat")
}

// Nobody is without a name: who clears the field keeps the last one.
func TestChatClearedName(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.chat(t, s, "test", "Ann"), b.chat(t, s, "test", "Ben")
	for i, cleared := range []string{"", "  "} {
		ann.click("#name")
		eval[any](ann, "document.activeElement.select()")
		ann.key("Backspace")
		ann.write(cleared)
		ann.key("Enter")
		ann.wait("document.getElementById('name').value == 'Ann'")
		ann.say("It is me")
		ben.wait(fmt.Sprintf("document.querySelectorAll('#log li').length == %d", i+1))
	}
	if names := eval[[]string](ben, "[...document.querySelectorAll('#log .who bdi')].map(e => e.innerText)"); !slices.Equal(names, []string{"Ann", "Ann"}) {
		t.Errorf("said by %q", names)
	}
	if names := ben.text("#people"); names != "Ann\nBen (you)" {
		t.Errorf("here: %q", names)
	}
	if name := eval[string](ann, "sessionStorage.getItem('name')"); name != "Ann" {
		t.Errorf("the next page is of %q", name)
	}
}

// A restart loses nothing and shows nothing twice, also of what is said while the server is away. One who does not read
// does not hold up the end.
func TestChatRestart(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.chat(t, s, "test", "Ann"), b.chat(t, s, "test", "Ben")
	s.deaf(t, "/ws/chat", `{"kind":"join","room":"test","name":"Deaf"}`)
	ann.wait("document.getElementById('count').innerText == 'Here (3)'")
	ann.say("one")
	ben.hears("one")
	for _, p := range []*page{ann, ben} {
		p.mayBeRefused()
		p.noteStates()
	}
	if status := s.stop(t); status != 1 {
		t.Errorf("exit status %d, want 1 for the connection that had to be cut", status)
	}
	ann.online(false)
	ann.say("two")
	if got := ann.log(); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("while the server is away: %q", got)
	}
	ann.wait("document.getElementById('pale').innerText.startsWith('What is pale has not reached the server yet.')")
	ann.shootAll("chat-away")
	s.start(t)
	ann.hears("one", "two")
	ann.wait("document.getElementById('pale').innerText == ''")
	ben.hears("one", "two")
	ben.say("three")
	ann.hears("one", "two", "three")
	b.chat(t, s, "test", "Cleo").wait("document.getElementById('log').innerText.includes('one')") // Ann has said it again
	for _, p := range []*page{ann, ben} {
		if states := p.states(); states[0] != "the server has gone, reconnecting" || states[len(states)-1] != "connected" {
			t.Errorf("the states of a page: %q", states)
		}
	}
}

// What is said while the server goes away and comes back is heard once by all, whatever had arrived when.
func TestChatRestartInTheMiddle(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.chat(t, s, "test", "Ann"), b.chat(t, s, "test", "Ben")
	ann.mayBeRefused()
	ben.mayBeRefused()
	var all []string
	for i := range 12 {
		switch i {
		case 4:
			s.interrupt(t)
		case 8:
			s.wait()
			s.start(t)
		}
		ofAnn, ofBen := fmt.Sprintf("message %02d of Ann", i), fmt.Sprintf("message %02d of Ben", i)
		ann.say(ofAnn)
		ben.say(ofBen)
		all = append(all, ofAnn, ofBen)
	}
	for _, p := range []*page{ann, ben} {
		p.wait(fmt.Sprintf("document.querySelectorAll('#log .text').length >= %d && !document.querySelector('.waiting')", len(all)))
		if got := slices.Sorted(slices.Values(p.log())); !slices.Equal(got, all) {
			t.Errorf("in the log: %q", got)
		}
	}
}

// A page whose network is away for a while gets what it has missed, and what was said on it meanwhile is said then.
func TestChatOffline(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.chat(t, s, "test", "Ann"), b.chat(t, s, "test", "Ben")
	ben.say("one")
	ann.hears("one")
	ann.mayBeRefused()
	ann.network(false)
	ann.online(false)
	ben.wait("document.getElementById('count').innerText == 'Here (1)'")
	ben.say("two")
	ann.say("four")
	ben.say("three")
	ben.hears("one", "two", "three")
	ann.network(true)
	for _, p := range []*page{ann, ben} {
		p.hears("one", "two", "three", "four")
	}
	if note := eval[bool](ann, "!!document.querySelector('#log .note')"); note {
		t.Error("a gap is noted")
	}
}

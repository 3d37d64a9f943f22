package demo

import "testing"

// The start page leads to every room, and every room's page loads and connects.
func TestStartPage(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	p := b.open(t, s.url("/"), desktop)
	p.shootAll("start")
	for _, room := range eval[[]string](p, "[...document.querySelectorAll('.rooms a')].map(a => a.getAttribute('href'))") {
		p.load(s.url("/"))
		p.click(".rooms a[href='" + room + "']")
		p.arrives(room)
		p.online(true)
		if wide := eval[int](p, "document.documentElement.scrollWidth"); wide > desktop.width {
			t.Errorf("%s is %d pixels wide", room, wide)
		}
		p.look(view{width: 360, height: 640, phone: true})
		if wide := eval[int](p, "document.documentElement.scrollWidth"); wide > 360 {
			t.Errorf("%s is %d pixels wide on a phone of 360", room, wide)
		}
		p.look(desktop)
	}
}

// Everything can be reached by keyboard, the content by the first key.
func TestKeyboard(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	p := b.open(t, s.url("/"), desktop)
	p.key("Tab")
	p.wait("document.activeElement.className == 'skip' && document.activeElement.getBoundingClientRect().left >= 0")
	p.key("Enter")
	p.wait("document.activeElement.id == 'main'")
	p.key("Tab")
	p.wait("document.activeElement.matches('.rooms a')")
	p.key("Enter")
	p.arrives("/chat")
	p.wait("document.activeElement.id == 'text'")
	p.online(true)
	p.write("Hello")
	p.key("Enter")
	p.hears("Hello")

	p = b.open(t, s.url("/prices"), desktop)
	p.watches(12)
	for range 5 { // past the skip link, the start page and two buttons
		p.key("Tab")
	}
	p.key(" ")
	p.watches(11)
}

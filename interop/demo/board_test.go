package demo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// inkAt is an expression: what is painted at a place of the board, in its units, as "r,g,b,a".
func inkAt(x, y int) string {
	return fmt.Sprintf(`((board, x, y) => {
		const pixel = new OffscreenCanvas(1, 1).getContext("2d");
		pixel.drawImage(board, x * board.width / 1600, y * board.height / 1200, 1, 1, 0, 0, 1, 1);
		return [...pixel.getImageData(0, 0, 1, 1).data].join();
	})(document.querySelector("#canvas"), %d, %d)`, x, y)
}

// painted waits until something is painted at a place, or nothing.
func (p *page) painted(is bool, x, y int) {
	p.Helper()
	p.wait(fmt.Sprintf("(%s != '0,0,0,0') == %t", inkAt(x, y), is))
}

// draw draws with the mouse through places of the board.
func (p *page) draw(places ...[2]float64) {
	p.Helper()
	for i, at := range places {
		places[i] = p.onBoard(at[0], at[1])
	}
	var way [][2]float64
	for i, at := range places[1:] { // a hand does not jump
		for step := range 10 {
			part := float64(step) / 10
			way = append(way, [2]float64{places[i][0]*(1-part) + at[0]*part, places[i][1]*(1-part) + at[1]*part})
		}
	}
	p.drag(append(way, places[len(places)-1])...)
}

// onBoard returns where in the window a place of the board is.
func (p *page) onBoard(x, y float64) [2]float64 {
	p.Helper()
	at := eval[[]float64](p, fmt.Sprintf(`(r => [r.x + %g * r.width / 1600, r.y + %g * r.height / 1200])(document.querySelector("#canvas").getBoundingClientRect())`, x, y))
	return [2]float64{at[0], at[1]}
}

func (p *page) strokes(n int) {
	p.Helper()
	p.wait(fmt.Sprintf("document.querySelector('#count').innerText.split(' ')[0] == %d", n))
}

func (p *page) choose(what, label string) {
	p.Helper()
	p.click(fmt.Sprintf("#%s [aria-label=%s]", what, label))
}

// boardTest is two people at a board, in two pages.
type boardTest struct {
	*testing.T
	s        *site
	b        *browser
	ann, ben *page
}

func TestBoard(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	two := boardTest{T: t, s: s, b: b, ann: b.open(t, s.url("/board"), desktop)}
	two.ann.wait("document.querySelector('#people').innerText.includes('alone')")
	two.ben = b.open(t, s.url("/board"), desktop)
	two.ann.wait("document.querySelector('#people').innerText.includes('with')")
	two.drawing()
	two.cursor()
	two.undo()
	two.keyboard()
	two.late()
	two.reload()
	two.clear()
}

// What one draws the other sees.
func (two boardTest) drawing() {
	two.ann.choose("colours", "Red")
	two.ann.choose("widths", "Broad")
	two.ann.draw([2]float64{200, 200}, [2]float64{600, 500}, [2]float64{1000, 200})
	for _, p := range []*page{two.ann, two.ben} {
		p.painted(true, 400, 350)
		p.painted(false, 200, 500)
		p.strokes(1)
		if got := eval[string](p, inkAt(400, 350)); got != "220,38,38,255" {
			two.Errorf("the ink is %s", got)
		}
	}
}

// The other's cursor is where it is, with a name.
func (two boardTest) cursor() {
	at := two.ann.onBoard(400, 300)
	two.ann.mouse("mouseMoved", at[0], at[1], "none")
	two.ben.wait("document.querySelector('.cursor')?.style.left == '25%' && document.querySelector('.cursor').style.top == '25%'")
	name := eval[string](two.ann, "/You are (\\w+ \\w+)/.exec(document.querySelector('#people').innerText)[1]")
	if got := two.ben.text(".cursor"); got != name {
		two.Errorf("the cursor of %s is that of %s", name, got)
	}
	two.ann.mouse("mouseMoved", 5, 5, "none")
	two.ben.wait("!document.querySelector('.cursor')")
}

// Undo takes back one's own, by key and by button.
func (two boardTest) undo() {
	two.ben.draw([2]float64{300, 900}, [2]float64{1300, 900})
	two.ann.painted(true, 800, 900)
	two.ann.key("Tab") // keys go to the page
	two.ann.call("Input.dispatchKeyEvent", object{"type": "keyDown", "key": "z", "code": "KeyZ", "windowsVirtualKeyCode": 'Z', "modifiers": 2}, nil)
	for _, p := range []*page{two.ann, two.ben} {
		p.painted(false, 400, 350)
		p.painted(true, 800, 900)
	}
	two.ann.wait("document.querySelector('#undo').disabled")
	two.ben.click("#undo")
	two.ann.strokes(0)
}

// Drawing works by keyboard.
func (two boardTest) keyboard() {
	eval[any](two.ann, "document.querySelector('#canvas').focus()")
	two.ann.key(" ")
	for range 8 {
		two.ann.key("ArrowRight")
	}
	two.ann.key(" ")
	two.ben.painted(true, 900, 600)
	two.ann.key("ArrowDown")
	two.ben.painted(false, 1000, 625)
}

// Who comes late gets the board, and may draw by touch.
func (two boardTest) late() {
	late := two.b.open(two.T, two.s.url("/board"), phone)
	late.painted(true, 900, 600)
	late.touch("touchStart", late.onBoard(300, 300))
	for x := 350.0; x <= 700; x += 50 {
		late.touch("touchMove", late.onBoard(x, 300))
	}
	late.touch("touchEnd")
	two.ben.painted(true, 500, 300)
	two.ann.wait("document.querySelector('#people').innerText.split(',').length == 3")
}

// What one has drawn is still one's own after a reload.
func (two boardTest) reload() {
	two.ann.load(two.s.url("/board"))
	two.ann.painted(true, 900, 600)
	two.ann.click("#undo") // it is still hers
	two.ben.painted(false, 900, 600)
}

// Clearing takes two presses.
func (two boardTest) clear() {
	two.ben.draw([2]float64{300, 900}, [2]float64{1300, 900})
	two.ann.painted(true, 800, 900)
	two.ann.click("#clear")
	two.ann.painted(true, 800, 900)
	two.ann.click("#clear")
	two.ben.painted(false, 800, 900)
}

// After a restart the board has what those who are there have drawn, also while there was no server.
func TestBoardRestart(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.open(t, s.url("/board"), desktop), b.open(t, s.url("/board"), desktop)
	ann.online(true)
	ben.online(true)
	ann.mayBeRefused()
	ben.mayBeRefused()
	ann.draw([2]float64{300, 300}, [2]float64{1300, 300})
	ben.draw([2]float64{300, 600}, [2]float64{1300, 600})
	ann.painted(true, 800, 600)
	ben.painted(true, 800, 300)
	s.stop(t)
	ann.online(false)
	ann.draw([2]float64{300, 900}, [2]float64{1300, 900})
	s.start(t)
	for _, p := range []*page{ann, ben, b.open(t, s.url("/board"), desktop)} {
		p.strokes(3)
		for _, y := range []int{300, 600, 900} {
			p.painted(true, 800, y)
		}
	}
	ann.click("#undo")
	ben.painted(false, 800, 900)
}

// What was drawn while the connection was lost comes to the board; what was cleared meanwhile does not.
func TestBoardLostConnection(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.open(t, s.url("/board"), desktop), b.open(t, s.url("/board"), desktop)
	ann.mayBeRefused()
	ann.online(true)
	ann.draw([2]float64{300, 300}, [2]float64{1300, 300})
	ann.draw([2]float64{300, 400}, [2]float64{1300, 400})
	ben.painted(true, 800, 400)
	ann.network(false)
	ann.online(false)
	ben.click("#clear")
	ben.click("#clear")
	ben.painted(false, 800, 300)
	ann.click("#undo")
	ann.draw([2]float64{300, 600}, [2]float64{1300, 600})
	ann.draw([2]float64{300, 900}, [2]float64{1300, 900})
	ann.click("#undo")
	ann.network(true)
	ben.painted(true, 800, 600)
	for _, p := range []*page{ann, ben} {
		p.strokes(1)
		p.painted(true, 800, 600)
	}
}

// A full board says so.
func TestBoardIsFull(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann := b.open(t, s.url("/board"), desktop)
	ann.online(true)
	filling, _, err := client.Dial(t.Context(), s.socket("/ws/board"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer filling.CloseNow()
	say := func(message string) {
		if err := filling.Write(t.Context(), websocket.Binary, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	say("h0123456789abcdef")
	for number := range 25 {
		say("s" + string(rune(number)) + "\x01\x00\x00" + strings.Repeat("\x00\x00", 4000))
	}
	ann.strokes(25)
	ann.draw([2]float64{300, 300}, [2]float64{1300, 300})
	ann.wait("document.querySelector('#note').innerText.includes('full')")
	ann.painted(false, 800, 300)
	ann.click("#clear")
	ann.click("#clear")
	ann.strokes(0)
	ann.draw([2]float64{300, 300}, [2]float64{1300, 300})
	ann.painted(true, 800, 300)
	ann.wait("document.querySelector('#note').innerText == ''")
}

// Who does not read holds up nobody.
func TestBoardDeaf(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.open(t, s.url("/board"), desktop), b.open(t, s.url("/board"), desktop)
	s.deaf(t, "/ws/board", "h0123456789abcdef")
	ann.wait("document.querySelector('#people').innerText.split(',').length == 3")
	for i := range 5 {
		y := float64(200 + 200*i)
		ann.draw([2]float64{100, y}, [2]float64{1500, y})
		ben.painted(true, 800, int(y))
	}
}

// The pictures are of a board with something on it.
func TestBoardPictures(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.open(t, s.url("/board"), desktop), b.open(t, s.url("/board"), desktop)
	ben.online(true)
	ann.choose("widths", "Broad")
	ann.draw([2]float64{200, 900}, [2]float64{1400, 900})
	ann.choose("widths", "Medium")
	for i, label := range []string{"Blue", "Red", "Green", "Orange", "Purple", "Cyan"} {
		ann.choose("colours", label)
		x := float64(200 + 220*i)
		ann.draw([2]float64{x, 800}, [2]float64{x + 40, 300}, [2]float64{x + 120, 500}, [2]float64{x + 160, 200})
	}
	ann.strokes(7)
	at := ann.onBoard(900, 600)
	ann.mouse("mouseMoved", at[0], at[1], "none")
	ben.wait("document.querySelector('.cursor')")
	ben.shootAll("board")
}

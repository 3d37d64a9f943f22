package demo

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/client"
	"github.com/seed372fb791/rfc6455/websocket"
)

// play has a page play under a name.
func (p *page) play(name string) {
	p.Helper()
	p.online(true)
	p.fill("#name", name)
	p.click("#form button")
	p.listed(name)
	p.wait("document.querySelector('#form').hidden && document.activeElement.id == 'canvas'")
}

// listed waits until the scores have these names, the page's own one too.
func (p *page) listed(names ...string) {
	p.Helper()
	for _, name := range names {
		p.wait(fmt.Sprintf("[...document.querySelectorAll('#scores td:first-child')].some(td => td.innerText.split(' (')[0] == %s)", quote(name)))
	}
}

// placeOf is an expression: where the ship of a player is shown, in units of the arena, by looking for its colour.
func placeOf(name string) string {
	return fmt.Sprintf(`(() => {
		const row = [...document.querySelectorAll("#scores tr")].find(tr => tr.innerText.startsWith(%s));
		const ink = /(\d+), (\d+), (\d+)/.exec(getComputedStyle(row.querySelector("i")).backgroundColor).slice(1).map(Number);
		const board = document.querySelector("#canvas"), {width, height} = board;
		const copy = new OffscreenCanvas(width, height).getContext("2d");
		copy.drawImage(board, 0, 0);
		const {data} = copy.getImageData(0, 0, width, height);
		let n = 0, x = 0, y = 0;
		for (let i = 0; i < data.length; i += 4) {
			if (ink.some((v, k) => v != data[i + k])) continue;
			n++, x += i / 4 %% width, y += i / 4 / width;
		}
		return [x / n / width * 1200, y / n / height * 900];
	})()`, quote(name))
}

// ship returns where the ship of a player is shown.
func (p *page) ship(name string) (x, y float64) {
	p.Helper()
	for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(20 * time.Millisecond) {
		if at := eval[[]*float64](p, placeOf(name)); at[0] != nil && at[1] != nil {
			return *at[0], *at[1]
		}
	}
	p.Fatalf("the ship of %s is not to be seen", name)
	return 0, 0
}

// steers has a player steer by keys, and fails the test unless these pages show that.
func (p *page) steers(name string, shownBy ...*page) {
	p.Helper()
	from, _ := p.ship(name)
	key, way := away(from)
	p.keyDown(key)
	defer p.keyUp(key)
	for _, other := range shownBy {
		other.movesBy(200, func() float64 { x, _ := other.ship(name); return (x - from) * way })
	}
}

// away returns the key that leads away from the wall that is nearer, and its direction.
func away(x float64) (key string, way float64) {
	if x > 600 {
		return "a", -1
	}
	return "ArrowRight", 1
}

// movesBy waits until something has moved by a distance.
func (p *page) movesBy(distance float64, moved func() float64) {
	p.Helper()
	for late := time.Now().Add(patience); moved() < distance; {
		if time.Now().After(late) {
			p.Fatalf("it has moved by %.0f only", moved())
		}
	}
}

func TestGame(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.open(t, s.url("/game"), desktop), b.open(t, s.url("/game"), desktop)
	ann.play("Ann")
	ben.listed("Ann") // who watches sees it
	ben.play("Ben")
	ann.listed("Ann", "Ben")

	t.Run("keys", func(t *testing.T) {
		ann.steers("Ann", ann, ben)
	})
	t.Run("agreement", func(t *testing.T) {
		time.Sleep(time.Second) // to drift out
		var off float64
		for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(50 * time.Millisecond) {
			x, y := ann.ship("Ann")
			otherX, otherY := ben.ship("Ann")
			if off = math.Hypot(x-otherX, y-otherY); off < 20 {
				return
			}
		}
		t.Errorf("the pages show the ship at places %.0f apart", off)
	})
	t.Run("smooth", func(t *testing.T) { // more often than the 20 times a second that something comes
		ben.look(phone)
		x, _ := ann.ship("Ann")
		key, _ := away(x)
		ann.keyDown(key)
		counts := eval[[2]int](ben, `new Promise(done => {
			const places = [], begin = performance.now();
			const look = now => {
				places.push(`+placeOf("Ann")+`[0]);
				if (now - begin < 1000) requestAnimationFrame(look);
				else done([places.length, new Set(places).size]);
			};
			requestAnimationFrame(look);
		})`)
		ann.keyUp(key)
		if frames, places := counts[0], counts[1]; places < frames/2 {
			t.Errorf("%d frames show %d places", frames, places)
		}
		ben.look(desktop)
	})
	t.Run("round trip", func(t *testing.T) {
		ann.wait(`/^[0-9.]+ ms$/.test(document.querySelector("#trip").innerText)`)
	})
	t.Run("touch", func(t *testing.T) {
		ben.look(phone)
		x, y := ben.ship("Ben")
		goal := eval[[]float64](ben, fmt.Sprintf(`(r => [r.x + r.width * (%g < 600 ? .9 : .1), r.y + r.height / 2])(document.querySelector("#canvas").getBoundingClientRect())`, x))
		ben.touch("touchStart", [2]float64{goal[0], goal[1]})
		ben.movesBy(100, func() float64 { toX, toY := ben.ship("Ben"); return math.Hypot(toX-x, toY-y) })
		ben.touch("touchEnd")
		ben.look(desktop)
	})
	t.Run("coming back", func(t *testing.T) {
		ann.load(s.url("/game"))
		ann.listed("Ann")
		ann.wait("document.querySelector('#name').value == 'Ann'")
		ann.click("#form button")
		ann.wait("document.querySelector('#scores .me')")
		if n := eval[int](ann, "document.querySelectorAll('#scores tr').length"); n != 3 { // with Ben and a bot
			t.Errorf("%d ships, one of them Ann's old one", n)
		}
	})
	t.Run("leaving", func(t *testing.T) {
		ben.load(s.url("/"))
		ann.wait("!document.querySelector('#scores').innerText.includes('Ben')")
		ann.listed("Ann")
	})
}

// Players are back in the game when the server is.
func TestGameRestart(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.open(t, s.url("/game"), desktop), b.open(t, s.url("/game"), desktop)
	ann.mayBeRefused()
	ben.mayBeRefused()
	ann.play("Ann")
	ben.play("Ben")
	ann.keyDown("ArrowRight")
	s.stop(t)
	ann.online(false)
	s.start(t)
	late := b.open(t, s.url("/game"), desktop)
	for _, p := range []*page{ann, ben, late} {
		p.online(true)
		p.listed("Ann", "Ben")
	}
	ann.wait("document.querySelector('#form').hidden && document.querySelector('#scores .me').innerText.includes('Ann')")
	if news := ann.text("#news"); strings.Contains(news, "watching") {
		t.Errorf("who plays is told: %s", news)
	}
	late.movesBy(1000, func() float64 { x, _ := late.ship("Ann"); return x }) // the key is still down
}

// Who does not read holds up nobody.
func TestGameDeaf(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann := b.open(t, s.url("/game"), desktop)
	deaf, _, err := client.Dial(t.Context(), s.socket("/ws/game"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.CloseNow()
	if err := deaf.Write(t.Context(), websocket.Binary, []byte("h0123456789abcdefDeaf")); err != nil {
		t.Fatal(err)
	}
	ann.play("Ann")
	ann.listed("Deaf")
	for stuck := false; !stuck; { // with answers that are not read
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		stuck = deaf.Write(ctx, websocket.Binary, append([]byte("r"), make([]byte, 99)...)) != nil
		cancel()
	}
	ann.steers("Ann", ann)
}

// The pictures are of a game that goes on.
func TestGamePictures(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.open(t, s.url("/game"), desktop), b.open(t, s.url("/game"), desktop)
	ann.online(true)
	ann.shootAll("game-start")
	ben.play("Ben")
	ann.play("Ann")
	ann.keyDown("ArrowUp")
	ann.keyDown("ArrowRight")
	ben.keyDown("ArrowDown")
	time.Sleep(time.Second)
	ann.shootAll("game")
}

package demo

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// strokePart is a message that adds points to a stroke.
func strokePart(number uint64, first int, points ...point) []byte {
	b := binary.AppendUvarint([]byte{boardStroke}, number)
	b = append(b, 1, 2)
	b = binary.AppendUvarint(b, uint64(first))
	return appendPoints(b, points)
}

func TestBoardParse(t *testing.T) {
	a, z := point{0, 0}, point{boardWidth, boardHeight}
	for name, tt := range map[string]struct {
		message string
		want    string // "" if it is refused
	}{
		"stroke":              {string(strokePart(5, 300, a, z, a)), "{115 5 1 2 300 [{0 0} {1600 1200} {0 0}]}"},
		"stroke without any":  {"s\x05\x01\x02\x00", ""},
		"half a point":        {"s\x05\x01\x02\x00\x02", ""},
		"outside":             {"s\x05\x01\x02\x00\x01\x00", ""},
		"leads outside":       {string(strokePart(5, 0, z, point{boardWidth + 1, 0})), ""},
		"no such colour":      {"s\x05\x08\x02\x00\x02\x02", ""},
		"no such width":       {"s\x05\x01\x03\x00\x02\x02", ""},
		"number too big":      {"s\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01\x01\x00\x02\x02", ""},
		"number without end":  {"s" + strings.Repeat("\xff", 20), ""},
		"begins too late":     {"s\x05\x01\x02\xff\xff\xff\x7f\x02\x02", ""},
		"undo":                {"u\x05", "{117 5 0 0 0 []}"},
		"undo nothing":        {"u", ""},
		"undo and more":       {"u\x05\x05", ""},
		"clear":               {"c", "{99 0 0 0 0 []}"},
		"clear and more":      {"c\x00", ""},
		"point":               {"p\x03\x0a\x0b", "{112 0 3 0 0 [{10 11}]}"},
		"point nowhere":       {"p", "{112 0 0 0 0 []}"},
		"point outside":       {"p\x03\xff\x7f\x00", ""},
		"nothing":             {"", ""},
		"a long message":      {string(strokePart(5, 0, make([]point, 4000)...)), "{115 5 1 2 0 " + fmt.Sprint(make([]point, 4000)) + "}"},
		"too long a message":  {string(strokePart(5, 0, make([]point, 4100)...)), ""},
		"somebody else joins": {"j", ""},
		"somebody else goes":  {"l", ""},
		"a drawing":           {"d", ""},
		"hello again":         {"h0123456789abcdef", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := parseBoard([]byte(tt.message))
			if (err != nil) != (tt.want == "") || err == nil && fmt.Sprint(m) != tt.want {
				t.Errorf("got %v, %v", m, err)
			}
		})
	}
}

func TestBoardDrawing(t *testing.T) {
	ann, ben := author{1}, author{2}
	d := newDrawing()
	points := make([]point, 10)
	for i, step := range []struct {
		does    string
		who     author
		message boardMessage
		tells   bool
		want    string // the lengths of all strokes
	}{
		{"begins", ann, boardMessage{kind: boardStroke, number: 7, points: points[:3]}, true, "[3]"},
		{"goes on", ann, boardMessage{kind: boardStroke, number: 7, first: 3, points: points[:2]}, true, "[5]"},
		{"says it again", ann, boardMessage{kind: boardStroke, number: 7, first: 1, points: points[:4]}, false, "[5]"},
		{"says it again, and more", ann, boardMessage{kind: boardStroke, number: 7, first: 1, points: points[:5]}, true, "[6]"},
		{"leaves a hole", ann, boardMessage{kind: boardStroke, number: 7, first: 7, points: points}, false, "[6]"},
		{"has the same number", ben, boardMessage{kind: boardStroke, number: 7, points: points[:1]}, true, "[6 1]"},
		{"has another", ann, boardMessage{kind: boardStroke, number: 6, points: points[:2]}, true, "[6 1 2]"},
		{"undoes what is not there", ben, boardMessage{kind: boardUndo, number: 6}, false, "[6 1 2]"},
		{"undoes", ann, boardMessage{kind: boardUndo, number: 7}, true, "[1 2]"},
		{"undoes again", ann, boardMessage{kind: boardUndo, number: 7}, false, "[1 2]"},
		{"points", ann, boardMessage{kind: boardPoint}, true, "[1 2]"},
		{"clears", ben, boardMessage{kind: boardClear}, true, "[]"},
		{"goes on with what is cleared", ann, boardMessage{kind: boardStroke, number: 6, first: 2, points: points}, false, "[]"},
		{"fills the board", ann, boardMessage{kind: boardStroke, number: 8, points: make([]point, maxBoardPoints)}, true, fmt.Sprint([]int{maxBoardPoints})},
		{"has no room", ben, boardMessage{kind: boardStroke, number: 8, points: points[:1]}, false, fmt.Sprint([]int{maxBoardPoints})},
		{"makes room", ann, boardMessage{kind: boardUndo, number: 8}, true, "[]"},
		{"has room", ben, boardMessage{kind: boardStroke, number: 8, points: points[:1]}, true, "[1]"},
	} {
		tells, lengths, sum := d.apply(step.who, step.message), []int{}, 0
		for _, s := range d.strokes {
			lengths, sum = append(lengths, len(s.points)), sum+len(s.points)
		}
		if got := fmt.Sprint(lengths); tells != step.tells || got != step.want {
			t.Errorf("step %d, %s: tells %t, strokes of %s, want %s", i, step.does, tells, got, step.want)
		}
		if d.points != sum || len(d.byID) != len(d.strokes) {
			t.Errorf("step %d, %s: counts %d points, has %d", i, step.does, d.points, sum)
		}
	}
}

// painter is a page's connection.
type painter struct {
	*testing.T
	*websocket.Conn
	all    drawing // what the page shows
	newest uint64  // the number of the last message that is in it
}

// connect returns a page's connection to a room, in a bubble of synctest.
func connect(t *testing.T, r room) *websocket.Conn {
	near, far := websocket.Pipe(websocket.Options{Keepalive: -1, WriteTimeout: -1}, websocket.Options{Keepalive: -1})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		defer near.CloseNow()
		r.serve(ctx, near)
	}()
	t.Cleanup(func() {
		near.CloseNow()
		far.CloseNow()
		time.Sleep(5 * time.Second) // in which the room notices
	})
	return far
}

// paint has somebody join the board.
func paint(t *testing.T, r room, hello string) *painter {
	p := &painter{T: t, Conn: connect(t, r)}
	p.say([]byte(hello))
	return p
}

func (p *painter) say(message []byte) {
	p.Helper()
	if err := p.Write(p.Context(), websocket.Binary, message); err != nil {
		p.Error(err)
	}
}

// hear reads what has come, shows it, and returns it in words: all but who joins, which a drawing may have already.
func (p *painter) hear() string {
	p.Helper()
	var heard []string
	for {
		ctx, cancel := context.WithTimeout(p.Context(), time.Second)
		_, data, err := p.Read(ctx)
		cancel()
		if err != nil {
			return strings.Join(heard, " ")
		}
		if word := p.show(data); word != "" && word != "j" {
			heard = append(heard, word)
		}
	}
}

// show shows a message as a page does: what is in the drawing already is ignored.
func (p *painter) show(data []byte) string {
	p.Helper()
	kind, r := data[0], byteReader{left: data[1:]}
	seq := r.uvarint(1<<53 - 1)
	if kind != boardDrawing && seq <= p.newest {
		return ""
	}
	p.newest = seq
	who := author(r.left)
	rest := r.left[len(who):]
	if kind != boardDrawing {
		m, _ := parseBoard(append([]byte{kind}, rest...))
		if m.kind = kind; !p.all.apply(who, m) {
			p.Errorf("got %q without need", data)
		}
		return string(kind)
	}
	p.all = *newDrawing()
	r.left = rest[copy(p.all.id[:], rest):]
	r.uvarint(maxBoardPoints)
	for range r.uvarint(100) {
		p.all.apply(author(r.left), boardMessage{kind: boardJoin})
		r.left = r.left[len(who):]
	}
	for range r.uvarint(maxBoardPoints) {
		who, r.left = author(r.left), r.left[len(who):]
		m := boardMessage{kind: boardStroke, number: r.uvarint(1 << 53)}
		m.colour, m.width = byte(r.uvarint(10)), byte(r.uvarint(10))
		m.points = make([]point, r.uvarint(maxBoardPoints))
		var at point
		for i := range m.points {
			at = point{r.step(at.x, boardWidth), r.step(at.y, boardHeight)}
			m.points[i] = at
		}
		p.all.apply(who, m)
	}
	if r.bad || len(r.left) > 0 {
		p.Errorf("a drawing that cannot be read: %q", data)
	}
	return fmt.Sprintf("d%d", len(p.all.strokes))
}

// shows fails the test unless the page shows what d has.
func (p *painter) shows(d *drawing) {
	p.Helper()
	if got, want := fmt.Sprint(p.all.content()), fmt.Sprint(d.content()); got != want {
		p.Errorf("shows %s, want %s", got, want)
	}
}

func (d *drawing) content() (people int, strokes []stroke) {
	for _, s := range d.strokes {
		strokes = append(strokes, *s)
	}
	return len(d.people), strokes
}

const annsHello, bensHello = "hann4567890123456", "hben4567890123456"

func TestBoard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBoard()
		ann := paint(t, r, annsHello)
		ann.hears("d0")
		ann.say(strokePart(1, 0, point{3, 4}, point{5, 6}))
		ann.say([]byte("p\x00\x03\x04"))
		ann.say(strokePart(1, 2, point{100, 100}))
		ann.hears("s p s")

		ben := paint(t, r, bensHello)
		ben.hears("d1")
		ann.hears("")
		ben.shows(&ann.all)
		ben.say([]byte("u\x01")) // not ben's
		ben.say(strokePart(1, 0, point{9, 9}))
		ben.hears("s")
		ann.hears("s")

		ann.CloseNow()
		ben.hears("l")
		ann = paint(t, r, annsHello)
		ann.hears("d2")
		ann.say([]byte("u\x01")) // it is still hers
		ben.hears("u")
		ann.hears("u")
		ben.shows(&ann.all)
		ben.say([]byte("c"))
		ann.hears("c")
		if len(ann.all.strokes) != 0 || len(ann.all.people) != 2 {
			t.Errorf("after the clearing: %v", ann.all)
		}
	})
}

// hears fails the test unless these messages have come.
func (p *painter) hears(want string) {
	p.Helper()
	if got := p.hear(); got != want {
		p.Errorf("heard %q, want %q", got, want)
	}
}

// A page that is open twice is one person, until both are closed.
func TestBoardTwoPagesOfOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBoard()
		ann := paint(t, r, annsHello)
		ben, again := paint(t, r, bensHello), paint(t, r, bensHello)
		synctest.Wait()
		ben.CloseNow()
		again.hears("d0")
		ann.hears("d0")
		if len(ann.all.people) != 2 {
			t.Errorf("%d people are here", len(ann.all.people))
		}
		again.CloseNow()
		ann.hears("l")
	})
}

// Who does not read gets the drawing as it is, without the way there, and holds up nobody.
func TestBoardSlowPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBoard()
		ann, ben := paint(t, r, annsHello), paint(t, r, bensHello)
		synctest.Wait()
		const strokes = 1000
		points := make([]point, 90)
		heard := len(strings.Fields(ann.hear())) - 1 // but the drawing
		for i := range strokes {
			ann.say(strokePart(uint64(i+1), 0, points...))
			if i%100 == 99 {
				heard += len(strings.Fields(ann.hear()))
			}
		}
		if heard != strokes {
			t.Errorf("who reads heard %d strokes", heard)
		}
		if drawings := strings.Count(ben.hear(), "d"); drawings < 2 {
			t.Errorf("who did not read got %d drawings", drawings)
		}
		ben.shows(&ann.all)
	})
}

func TestBoardRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ hello, then string }{
		"no hello":     {"c", "c"},
		"short token":  {"h123", "c"},
		"unknown kind": {annsHello, "?"},
		"for others":   {annsHello, "l"},
		"empty":        {annsHello, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := paint(t, newBoard(), tt.hello)
				p.hear()
				p.Write(t.Context(), websocket.Binary, []byte(tt.then))
				_, _, err := p.Read(t.Context())
				var closed *websocket.CloseError
				if !errors.As(err, &closed) || closed.Code != websocket.ClosePolicyViolation {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// What a program can draw comes to the others as slowly as if it were a hand's.
func TestBoardPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBoard()
		ann, ben := paint(t, r, annsHello), paint(t, r, bensHello)
		ben.hears("d0")
		const strokes = 12 // ann does not read hers, and there is room for them
		begin := time.Now()
		for i := range strokes {
			ann.say(strokePart(uint64(i+1), 0, make([]point, 2500)...))
		}
		for heard := 0; heard < strokes; {
			_, data, err := ben.Read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if ben.show(data) == "s" {
				heard++
			}
		}
		if took := time.Since(begin); took < 100*time.Millisecond {
			t.Errorf("it took %v", took)
		}
	})
}

// What pages send changes the drawing or is refused, and the drawing keeps its bounds.
func FuzzBoard(f *testing.F) {
	f.Add(strokePart(7, 0, point{3, 4}, point{boardWidth, 0}))
	f.Add([]byte("u\x07"))
	f.Add([]byte("p\x01\x02\x03"))
	f.Add([]byte("p"))
	f.Add([]byte("c"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseBoard(data)
		if err != nil {
			return
		}
		for _, p := range m.points {
			if p.x < 0 || p.x > boardWidth || p.y < 0 || p.y > boardHeight {
				t.Errorf("%v is not on the board", p)
			}
		}
		p := &painter{T: t}
		d := newDrawing()
		d.apply(author{1}, boardMessage{kind: boardStroke, number: 7, points: make([]point, 3)})
		d.apply(author{1}, m)
		p.show(d.appendTo(nil, 1<<40, author{1}))
		p.shows(d)
	})
}

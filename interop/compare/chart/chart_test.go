package chart

import (
	"encoding/xml"
	"flag"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "rewrite the golden file")

var example = Chart{
	Title: "Time & memory", Note: "Less is better.",
	Panels: []Panel{
		{"128 bytes, 16 in flight, µs", []Bar{{"rfc6455-http", 0.5816, true}, {"rfc6455", 1, true}, {"other", 9.99, false}}},
		{"16 KiB of JSON, compressed, µs", []Bar{{"rfc6455", 10, true}, {"<none>", 0, false}, {"slow", 12345.6, false}}},
		{"one alone", []Bar{{"a", 46.46, false}}},
	},
}

func TestGolden(t *testing.T) {
	const file = "testdata/example.svg"
	got := example.SVG()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(file); err != nil || got != string(want) {
		t.Errorf("not as %s: %v\n%s", file, err, got)
	}
}

// What is drawn lies on the page, and nothing on something else.
func TestNothingOverlaps(t *testing.T) {
	peers, err := os.ReadFile("../peers.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, svg := range []string{example.SVG(), string(peers)} {
		noOverlap(t, parse(t, svg))
	}
}

func noOverlap(t *testing.T, boxes []box) {
	t.Helper()
	page := boxes[0]
	if len(boxes) < 20 {
		t.Fatalf("%d boxes", len(boxes))
	}
	for i, a := range boxes[1:] {
		if a.x < page.x || a.y < page.y || a.x+a.width > page.width || a.y+a.height > page.height {
			t.Errorf("%+v is not on the page %+v", a, page)
		}
		for _, b := range boxes[1:][:i] {
			if a.x < b.x+b.width && b.x < a.x+a.width && a.y < b.y+b.height && b.y < a.y+a.height {
				t.Errorf("%+v lies on %+v", a, b)
			}
		}
	}
}

// Bars are as long as their values say.
func TestLengths(t *testing.T) {
	var bars []float64
	for _, b := range parse(t, example.SVG()) {
		if strings.HasPrefix(b.class, "bar") {
			bars = append(bars, b.width)
		}
	}
	want := []float64{longest * 0.5816 / 9.99, longest / 9.99, longest, longest * 10 / 12345.6, longest, longest}
	if len(bars) != len(want) {
		t.Fatalf("%d bars: %v", len(bars), bars)
	}
	for i, got := range bars {
		if got < want[i]-0.5 || got > want[i]+0.5 {
			t.Errorf("bar %d is %v long, want %v", i, got, want[i])
		}
	}
}

// box is what an element covers.
type box struct {
	class, text         string
	x, y, width, height float64
}

// parse returns the boxes of rectangles and texts, the page's first. A text is
// taken to be as wide as in a wide font.
func parse(t *testing.T, svg string) (boxes []box) {
	t.Helper()
	var doc struct {
		Children []struct {
			XMLName xml.Name
			Class   string  `xml:"class,attr"`
			X       float64 `xml:"x,attr"`
			Y       float64 `xml:"y,attr"`
			Width   float64 `xml:"width,attr"`
			Height  float64 `xml:"height,attr"`
			Text    string  `xml:",chardata"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal([]byte(svg), &doc); err != nil {
		t.Fatal(err)
	}
	for _, c := range doc.Children {
		b := box{c.Class, c.Text, c.X, c.Y, c.Width, c.Height}
		switch c.XMLName.Local {
		case "text":
			b.measure()
		case "rect":
		default:
			continue
		}
		boxes = append(boxes, b)
	}
	return boxes
}

// measure makes a box of a text's anchor on its baseline.
func (b *box) measure() {
	size := 18.0
	if b.class == "title" {
		size = 22
	}
	b.width, b.height = 0.63*size*float64(utf8.RuneCountInString(b.text)), size
	b.y -= 0.8 * size
	if strings.HasPrefix(b.class, "label") {
		b.x -= b.width
	}
}

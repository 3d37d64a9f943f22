package load

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/seed372fb791/rfc6455/internal/golden"
	"github.com/seed372fb791/rfc6455/websocket"
)

// example is a run that is over, with latencies of 1 to 10,000 times 10 µs.
func example(rate float64) *Result {
	r := newRun(Load{
		Conns: 20, Type: websocket.Text, Size: 1024, Pipeline: 4, Rate: rate, Duration: 2 * time.Second,
	})
	r.from.Store(0)
	r.until.Store(int64(2 * time.Second))
	for i := range 10_000 {
		r.recorders[0].record(int64(i+1)*int64(10*time.Microsecond), true)
	}
	for i := range 17 {
		r.handshake.record(int64(i+1)*int64(100*time.Microsecond), true)
		r.conns = append(r.conns, &conn{run: r, index: int64(i), tally: tally{sent: 589, answered: 588, late: 5, received: 580}})
	}
	r.unopened = 2
	r.failures.add(wrongAnswer("other contents"))
	r.failures.add(&websocket.CloseError{Code: websocket.CloseTryAgainLater})
	r.failures.add(&websocket.CloseError{Code: websocket.CloseTryAgainLater})
	began := snapshot{at: 0, cpu: time.Second}
	ended := snapshot{at: int64(2 * time.Second), cpu: 2 * time.Second, in: 21_000_000, out: 21_500_000}
	res := r.result(began, ended, false)
	res.URL = "ws://127.0.0.1:8080/"
	res.Generator.Cores, res.Generator.Busy, res.Generator.Bottleneck = 1, 0.95, rate == 0 // whatever machine this is
	return res
}

func TestGolden(t *testing.T) {
	for name, rate := range map[string]float64{"closed": 0, "open": 5000} {
		t.Run(name, func(t *testing.T) {
			r := example(rate)
			object, err := json.MarshalIndent(r, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			r.Print(&text)
			golden.Check(t, "testdata/"+name+".json", string(object)+"\n")
			golden.Check(t, "testdata/"+name+".txt", text.String())
			golden.Check(t, "testdata/"+name+".svg", r.SVG())
		})
	}
}

// Charts of few and of many messages have their texts on the page, and not on
// each other.
func TestChartOverlap(t *testing.T) {
	for _, messages := range []int{1, 2, 99, 100, 1_000_000, 100_000_000} {
		h := newLatencies(fine)
		h.RecordValues(7_777, int64(messages))
		h.RecordValues(int64(time.Minute), 1)
		r := &Result{
			Type: "binary", Size: 64 << 20, Pipeline: 4096, Rate: 1e7, Connections: Connections{Opened: 1 << 20},
			Seconds: 5400.123, MessagesPerSecond: 9_999_999, Latency: times(h), Distribution: distribution(h),
		}
		noOverlap(t, texts(t, r.SVG()))
	}
}

// box is what a text covers.
type box struct {
	text                string
	x, y, width, height float64
}

// texts returns the boxes of all texts, in a wide font.
func texts(t *testing.T, svg string) (all []box) {
	t.Helper()
	var doc struct {
		Texts []struct {
			Class string  `xml:"class,attr"`
			X     float64 `xml:"x,attr"`
			Y     float64 `xml:"y,attr"`
			Text  string  `xml:",chardata"`
		} `xml:"text"`
	}
	if err := xml.Unmarshal([]byte(svg), &doc); err != nil {
		t.Fatal(err)
	}
	for _, c := range doc.Texts {
		size := 16.0
		if c.Class == "title" {
			size = 22
		}
		b := box{c.Text, c.X, c.Y - 0.8*size, 0.52 * size * float64(utf8.RuneCountInString(c.Text)), size}
		switch c.Class {
		case "time":
			b.x -= b.width
		case "percent", "axis":
			b.x -= b.width / 2
		}
		all = append(all, b)
	}
	return all
}

func noOverlap(t *testing.T, all []box) {
	t.Helper()
	for i, a := range all {
		if a.x < 0 || a.y < 0 || a.x+a.width > chartWidth || a.y+a.height > chartHeight {
			t.Errorf("%+v is not on the page", a)
		}
		for _, b := range all[:i] {
			if a.x < b.x+b.width && b.x < a.x+a.width && a.y < b.y+b.height && b.y < a.y+a.height {
				t.Errorf("%+v lies on %+v", a, b)
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	for want, got := range map[string]string{
		"0.02 µs": Time(0.02), "9.99 µs": Time(9.99), "10.0 µs": Time(9.996), "999 µs": Time(999.4), "1.00 ms": Time(999.6), "999 ms": Time(999_400), "1.00 s": Time(999_600), "61.0 s": Time(61e6),
		"0": Grouped(0.4), "999": Grouped(999), "1,000": Grouped(999.5), "12,345,678": Grouped(12345678),
		"0.00 B": volume(0), "1.00 kB": volume(999.6), "12.5 MB": volume(12.5e6), "2000 GB": volume(2e12),
		"1 core": plural(1, "core"), "2,000 cores": plural(2000, "core"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// The messages differ, and are as long as they should be.
func TestContents(t *testing.T) {
	for _, size := range []int{0, 1, 128, 5000, 3 << 20} {
		c := newContents(size)
		if len(c.at(1)) != size || len(c.at(int64(c.count)-1)) != size || c.count < 2 {
			t.Errorf("size %d: %d messages", size, c.count)
		}
		if size > 20 && string(c.at(0)) == string(c.at(1)) {
			t.Errorf("size %d: the same twice", size)
		}
		if string(c.at(0)) != string(c.at(int64(c.count))) || !utf8.Valid(c.text) {
			t.Errorf("size %d: no circle of text", size)
		}
	}
}

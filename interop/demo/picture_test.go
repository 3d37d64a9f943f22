package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// The README's picture, cmd/ws/demo/chat.png: two windows side by side.
func TestPicture(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	window := view{width: 590, height: 690}
	ann, ben := b.chat(t, s, "garden", "Ann"), b.chat(t, s, "garden", "Ben")
	ann.look(window)
	ben.look(window)
	for _, said := range []struct {
		by   *page
		text string
	}{
		{ann, "Hello Ben! Is this one command?"},
		{ben, "Yes: go run ./cmd/ws demo, and two windows."},
		{ben, "Stop the server and start it again, we are still here."},
		{ann, "Even what I type while it is away arrives. Once."},
		{ben, "And on the phone, too"},
	} {
		said.by.say(said.text)
		for _, p := range []*page{ann, ben} {
			p.wait("document.getElementById('log').innerText.includes(" + quote(said.text) + ") && !document.querySelector('.waiting')")
		}
	}
	ann.fill("#text", "Then let us read chat.go")
	ben.click("#log")
	ben.wait("document.getElementById('typing').innerText != ''")
	if folder := os.Getenv("SCREENSHOTS"); folder != "" {
		picture := beside(t, ann.picture(), ben.picture())
		if err := os.WriteFile(filepath.Join(folder, "readme.png"), picture, 0o666); err != nil {
			t.Error(err)
		}
	}
}

// beside returns a picture of two pictures with some space between and around them.
func beside(t *testing.T, left, right []byte) []byte {
	t.Helper()
	const space = 8
	whole := image.NewRGBA(image.Rect(0, 0, 0, 0))
	x := space
	for i, data := range [][]byte{left, right} {
		part, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		size := part.Bounds()
		if i == 0 {
			whole = image.NewRGBA(image.Rect(0, 0, 2*size.Dx()+3*space, size.Dy()+2*space))
			draw.Draw(whole, whole.Bounds(), image.NewUniform(color.Gray{0xc4}), image.Point{}, draw.Src)
		}
		draw.Draw(whole, size.Add(image.Pt(x, space)), part, image.Point{}, draw.Src)
		x += size.Dx() + space
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, whole); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

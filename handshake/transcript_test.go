package handshake

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the lines that we send in testdata/handshakes")

// An outcome is what a fixture's handshake comes to.
type outcome struct {
	n       int    // bytes of the peer's head
	ours    []byte // what we send
	err     error
	details map[string]string
}

// TestTranscripts runs testdata/handshakes: whole, cut at every byte, with more bytes behind, and with a byte
// changed. The rules each fixture proves stand in its own header.
func TestTranscripts(t *testing.T) {
	names, err := filepath.Glob("../testdata/handshakes/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			f := readFixture(t, name)
			got := f.run(f.peer)
			checkVerdict(t, f, got)
			checkOurs(t, f, name, got.ours)
			checkCut(t, f, got)
			checkTrailing(t, f, got)
			checkChanged(t, f)
		})
	}
}

func (f *fixture) run(peer []byte) outcome {
	if f.side == "server" {
		return f.runServer(peer)
	}
	return f.runClient(peer)
}

func (f *fixture) runServer(peer []byte) (out outcome) {
	r, n, err := ParseRequest(peer, f.limits)
	if out.err = err; err != nil {
		return out.refused(nil)
	}
	out.n = n
	req, err := CheckRequest(r)
	if out.err = err; err != nil {
		return out.refused(nil)
	}
	resp := Response{
		Key:         req.Key,
		Subprotocol: ChooseSubprotocol(req.Subprotocols, f.supports),
		Extensions:  f.use,
		Header:      f.header,
	}
	agreed := "none"
	if f.deflate != nil {
		element, d, ok := AcceptDeflate(req.Extensions, *f.deflate)
		agreed = agreedText(d, ok)
		if ok {
			resp.Extensions = append(slices.Clone(f.use), element)
		}
	}
	if out.ours, out.err = AppendResponse(nil, resp); out.err != nil {
		return out.refused(out.ours)
	}
	out.details = map[string]string{
		"subprotocol": resp.Subprotocol,
		"extensions":  string(AppendExtensions(nil, req.Extensions)),
		"deflate":     agreed,
		"resource":    ResourceName(r.URL),
		"host":        r.Host,
		"rest":        strings.Join(escapeLines(peer[n:]), "\n"),
	}
	return out
}

// refused adds what a server sends when it refuses a handshake.
func (out outcome) refused(dst []byte) outcome {
	if e := (*Error)(nil); errors.As(out.err, &e) {
		out.ours = AppendRefusal(dst, e, nil)
	}
	return out
}

func (f *fixture) runClient(peer []byte) (out outcome) {
	u, err := ParseURL(f.url)
	if out.err = err; err != nil {
		return out
	}
	offer := f.offer
	offer.Header = f.header
	if f.deflate != nil {
		offer.Extensions = append(slices.Clone(offer.Extensions), OfferDeflate(*f.deflate))
	}
	if out.ours, out.err = AppendRequest(nil, u, offer); out.err != nil {
		return out
	}
	var resp *http.Response
	if resp, out.n, out.err = ParseResponse(peer, f.limits); out.err != nil {
		return out
	}
	accepted, err := CheckResponse(resp, offer)
	if out.err = err; err != nil {
		return out
	}
	agreed := "none"
	if f.deflate != nil {
		d, ok, err := CheckDeflate(accepted.Extensions, *f.deflate)
		if out.err = err; err != nil {
			return out
		}
		agreed = agreedText(d, ok)
	}
	out.details = map[string]string{
		"subprotocol": accepted.Subprotocol,
		"extensions":  string(AppendExtensions(nil, accepted.Extensions)),
		"deflate":     agreed,
		"rest":        strings.Join(escapeLines(peer[out.n:]), "\n"),
	}
	return out
}

func checkVerdict(t *testing.T, f *fixture, got outcome) {
	t.Helper()
	if diff := cmp.Diff(f.verdict, verdict(got.err)); diff != "" {
		t.Errorf("verdict (-want +got):\n%s%v", diff, got.err)
	}
	for _, line := range f.expect {
		what, want, _ := strings.Cut(line, " ")
		value, ok := got.details[what]
		if !ok {
			t.Errorf("expect %q: unknown, or the handshake failed", what)
		} else if diff := cmp.Diff(want, value); diff != "" {
			t.Errorf("expect %s (-want +got):\n%s", what, diff)
		}
	}
}

func verdict(err error) string {
	var e *Error
	ok := errors.As(err, &e)
	switch {
	case err == nil:
		return "accept"
	case err == io.ErrUnexpectedEOF:
		return "incomplete"
	case !ok:
		return err.Error()
	case e.Status != 0:
		return fmt.Sprintf("fail %d %s", e.Status, e.Rule)
	}
	return "fail " + e.Rule
}

func checkOurs(t *testing.T, f *fixture, name string, ours []byte) {
	t.Helper()
	diff := cmp.Diff(f.ours, escapeLines(ours))
	if diff == "" {
		return
	}
	if !*update {
		t.Errorf("the > lines are stale, -update rewrites them (-file +sent):\n%s", diff)
		return
	}
	if err := f.update(name, escapeLines(ours)); err != nil {
		t.Error(err)
	}
}

// checkCut: a proper prefix of a head asks for more, or fails in the same way as the whole.
func checkCut(t *testing.T, f *fixture, whole outcome) {
	t.Helper()
	end := whole.n
	if end == 0 {
		end = len(f.peer)
	}
	for i := range end {
		cut := f.run(f.peer[:i])
		if cut.err == io.ErrUnexpectedEOF {
			continue
		}
		if whole.n > 0 || cmp.Diff(whole.err, cut.err) != "" {
			t.Fatalf("the first %d bytes: %v, want more or %v", i, cut.err, whole.err)
		}
	}
}

// checkTrailing: what follows a head changes nothing.
func checkTrailing(t *testing.T, f *fixture, whole outcome) {
	t.Helper()
	if whole.err == io.ErrUnexpectedEOF {
		return
	}
	more := f.run(append(bytes.Clone(f.peer), "\x81\x85\x37\xfa\x21\x3d\r\n\r\n"...))
	if whole.n != more.n || !bytes.Equal(whole.ours, more.ours) || cmp.Diff(whole.err, more.err) != "" {
		t.Errorf("with bytes behind: %d, %v; without: %d, %v", more.n, more.err, whole.n, whole.err)
	}
}

// checkChanged: whatever one byte is turned into, the handshake ends with a verdict, and a cut one with the
// same.
func checkChanged(t *testing.T, f *fixture) {
	t.Helper()
	random := rand.New(rand.NewPCG(6455, 4))
	whole := f.peer
	defer func() { f.peer = whole }()
	for i := range whole {
		f.peer = bytes.Clone(whole)
		f.peer[i] = byte(random.Uint32())
		got := f.run(f.peer)
		if !errors.As(got.err, new(*Error)) && got.err != nil && got.err != io.ErrUnexpectedEOF {
			t.Fatalf("%q: %v is no *Error", f.peer, got.err)
		}
		if cut := f.run(f.peer[:i]); cut.err != nil && cut.err != io.ErrUnexpectedEOF && cmp.Diff(got.err, cut.err) != "" {
			t.Fatalf("%q: %v, but %v when cut at %d", f.peer, got.err, cut.err, i)
		}
	}
}

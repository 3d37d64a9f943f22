package handshake

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

//rfc:6455-2.1-1
func TestSection2_1LowerASCII(t *testing.T) {
	const in, want = "@AZ[`az{\u00c4\u212a\u017f", "@az[`az{\u00c4\u212a\u017f"
	if got := lowerASCII(in); got != want {
		t.Errorf("lowerASCII(%q) = %q, want %q", in, got, want)
	}
}

//rfc:6455-2.1-2
func TestSection2_1EqualFold(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"", "", true},
		{"websocket", "WebSocKET", true},
		{"websocket", "web\u017focket", false},
		{"websocket", "websoc\u212aet", false},
		{"websocket", "websockets", false},
		{"@[`{", "`{@[", false}, // the neighbours of A-Z and a-z, 0x20 apart
		{"\u00e4", "\u00c4", false},
	} {
		if got := equalFold(c.a, c.b); got != c.want {
			t.Errorf("equalFold(%q, %q) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

//rfc:6455-4.1-32
func TestSection4_1Token(t *testing.T) {
	const separators = "()<>@,;:\\\"/[]?={} \t"
	for c := range 256 {
		want := 0x21 <= c && c <= 0x7e && !strings.ContainsRune(separators, rune(c))
		if got := isToken(string([]byte{'a', byte(c)})); got != want {
			t.Errorf("byte %#x in a token: %v, want %v", c, got, want)
		}
	}
	if isToken("") {
		t.Error("the empty string is a token")
	}
}

//rfc:6455-4.3-1 6455-4.3-4
func TestSection4_3Lists(t *testing.T) {
	for _, c := range []struct {
		fields, want []string
	}{
		{nil, nil},
		{[]string{""}, nil},
		{[]string{" ,\t, "}, nil},
		{[]string{"a"}, []string{"a"}},
		{[]string{" a\t,\tb c ,,d"}, []string{"a", "b c", "d"}},
		{[]string{"a", "", "b,c"}, []string{"a", "b", "c"}},
	} {
		if diff := cmp.Diff(c.want, slices.Collect(elements(c.fields))); diff != "" {
			t.Errorf("elements(%q) (-want +got):\n%s", c.fields, diff)
		}
	}
}

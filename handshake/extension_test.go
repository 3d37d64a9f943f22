package handshake

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func param(name string) Param          { return Param{Name: name} }
func paramIs(name, value string) Param { return Param{Name: name, Value: value, HasValue: true} }

//rfc:6455-4.3-1 6455-4.3-3 6455-9.1-3 6455-9.1-4 6455-9.1-9 6455-9.1-10 6455-11.3.2-1
func TestSection9_1ParseExtensions(t *testing.T) {
	foo, bar := Extension{Name: "foo"}, Extension{Name: "bar", Params: []Param{paramIs("baz", "2")}}
	for _, c := range []struct {
		name   string
		fields []string
		want   []Extension
	}{
		{"no field", nil, nil},
		{"one", []string{"deflate-stream"}, []Extension{{Name: "deflate-stream"}}},
		{"two fields", []string{"foo", "bar; baz=2"}, []Extension{foo, bar}},
		{"one field", []string{"foo, bar; baz=2"}, []Extension{foo, bar}},
		{"the order stays", []string{"bar;baz=2,foo"}, []Extension{bar, foo}},
		{"one offered twice", []string{"foo, foo"}, []Extension{foo, foo}},
		{"the RFC's third example", []string{"mux; max-channels=4; flow-control, deflate-stream"}, []Extension{
			{"mux", []Param{paramIs("max-channels", "4"), param("flow-control")}}, {Name: "deflate-stream"},
		}},
		{"spaces and tabs everywhere", []string{"\t foo\t,\t bar\t;\t baz\t=\t 2 \t"}, []Extension{foo, bar}},
		{"no spaces at all", []string{"foo,bar;baz=2"}, []Extension{foo, bar}},
		{"empty elements", []string{"", ", ,foo,,", ",bar;baz=2"}, []Extension{foo, bar}},
		{"quoted", []string{`bar; baz="2"`}, []Extension{bar}},
		{"quoted and escaped", []string{`bar; baz="\2"`}, []Extension{bar}},
	} {
		got, err := ParseExtensions(c.fields)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: ParseExtensions(%q): %v (-want +got):\n%s", c.name, c.fields, err, diff)
		}
	}
}

//rfc:6455-4.3-3 6455-4.3-5 6455-9.1-3
func TestSection9_1MalformedExtensions(t *testing.T) {
	const grammar, quoted = "6455-4.3-3", "6455-9.1-3"
	for _, c := range []struct{ field, rule string }{
		{"", grammar},
		{" , ", grammar},
		{";", grammar},
		{"foo;", grammar},
		{"foo; ", grammar},
		{"foo;;x", grammar},
		{"foo; =1", grammar},
		{"foo; x=", grammar},
		{"foo; x=,bar", grammar},
		{"foo; x=1=2", grammar},
		{"foo=1", grammar},
		{"foo bar", grammar},
		{"foo; x y", grammar},
		{"foo; x=1 2", grammar},
		{`"foo"`, grammar},
		{`foo; "x"=1`, grammar},
		{`foo; x="1`, grammar},
		{`foo; x="1\`, grammar},
		{`foo; x="1\"`, grammar},
		{`foo; x="1"2`, grammar},
		{`foo; x=1"2"`, grammar},
		{"f\u00f6\u00f6", grammar},
		{"foo\x00", grammar},
		{"foo; x=a/b", grammar},
		{`foo; x=""`, quoted},
		{`foo; x="a b"`, quoted},
		{`foo; x="a,b"`, quoted},
		{`foo; x="a\"b"`, quoted},
		{"foo; x=\"\u00e4\"", quoted},
	} {
		got, err := ParseExtensions([]string{c.field})
		if e, ok := err.(*Error); !ok || e.Rule != c.rule || e.Status != 0 || got != nil {
			t.Errorf("ParseExtensions(%q) = %v, %v, want rule %s", c.field, got, err, c.rule)
		}
	}
}

// A field that breaks off is refused or means something shorter, but never more than the whole.
//
//rfc:6455-4.3-3
func TestSection9_1TruncatedExtensions(t *testing.T) {
	const whole = `foo; a=1; b, bar; baz="2"`
	for i := range len(whole) {
		got, err := ParseExtensions([]string{whole[:i]})
		if err != nil {
			continue
		}
		if text := string(AppendExtensions(nil, got)); !strings.HasPrefix(`foo; a=1; b, bar; baz=2`, text) {
			t.Errorf("ParseExtensions(%q) = %s", whole[:i], text)
		}
	}
}

//rfc:6455-4.3-3
func TestSection9_1AppendExtensions(t *testing.T) {
	for _, c := range []struct {
		ext  []Extension
		want string
	}{
		{nil, ""},
		{[]Extension{{Name: "foo"}}, "foo"},
		{[]Extension{{"foo", []Param{param("a"), paramIs("b", "1")}}, {Name: "bar"}}, "foo; a; b=1, bar"},
	} {
		got := AppendExtensions([]byte("x"), c.ext)
		if string(got) != "x"+c.want {
			t.Errorf("AppendExtensions(x, %v) = %q, want %q", c.ext, got, "x"+c.want)
		}
		if c.ext == nil {
			continue
		}
		back, err := ParseExtensions([]string{c.want})
		if diff := cmp.Diff(c.ext, back); diff != "" || err != nil {
			t.Errorf("%s parsed: %v (-want +got):\n%s", c.want, err, diff)
		}
	}
}

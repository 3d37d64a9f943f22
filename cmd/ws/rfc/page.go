package rfc

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"

	"github.com/seed372fb791/rfc6455/internal/requirements"
)

//go:embed rfc.html
var pageHTML string

var page = template.Must(template.New("rfc").Parse(pageHTML))

// writePage writes the report as a page that needs nothing but itself.
func writePage(w io.Writer, all []*requirements.Requirement) error {
	var b bytes.Buffer
	if err := page.Execute(&b, newReport(all)); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Neither explains the column of that name.
func (report) Neither() string { return neither }

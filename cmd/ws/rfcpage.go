package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"

	"github.com/seed372fb791/rfc6455/internal/requirements"
)

//go:embed rfc.html
var rfcHTML string

var rfcPage = template.Must(template.New("rfc").Parse(rfcHTML))

// writeRFCPage writes the report as a page that needs nothing but itself.
func writeRFCPage(w io.Writer, all []*requirements.Requirement) error {
	var b bytes.Buffer
	if err := rfcPage.Execute(&b, newRFCReport(all)); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Neither explains the column of that name.
func (rfcReport) Neither() string { return neither }
